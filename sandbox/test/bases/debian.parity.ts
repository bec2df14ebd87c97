/** debian:trixie-slim, read through the engine. */
import { expect, test } from "vitest";
import { describeBases, files, inspect, matching, own, shell } from "./image.ts";

describeBases("debian:trixie-slim", ["debian:trixie-slim"], () => {
  const name = "debian:trixie-slim";

  test("config", async () => {
    const { Config } = await inspect(name);
    expect(Config).toMatchObject({ Cmd: ["bash"], Entrypoint: null, User: "" });
    expect(Config.Env).toEqual([
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ]);
  });

  test("slim: no manuals, locales or documentation but the copyrights, and none with further packages", async () => {
    expect(await matching(name, /^usr\/share\/(man|info|groff|lintian)\/.*[^/]$/)).toEqual([]);
    expect(await matching(name, /^usr\/share\/locale\/.*\.mo$/)).toEqual([]);
    const documents = [...(await files(name))]
      .filter(([path, { mode }]) => /^usr\/share\/doc\/[^/]+\/./.test(path) && mode.startsWith("-"))
      .map(([path]) => path);
    expect(documents.filter((path) => !path.endsWith("/copyright"))).toEqual([]);
    expect(documents.length).toBeGreaterThan(50);
  });

  test("no certificates and no Python: what a build wants of them it must install", async () => {
    expect(await matching(name, /^(etc\/ssl\/certs\/ca-cert.*|usr\/bin\/python.*)$/)).toEqual([]);
  });

  test("packages are installed from this machine's mirrors, and its certificates are trusted then", async () => {
    const out = await shell(
      name,
      "apt-get -qq update && apt-get -qqy install ca-certificates >/dev/null 2>&1; ls /usr/share/man /usr/share/doc/openssl; cat /etc/ssl/certs/ca-certificates.crt",
    );
    expect(out).toContain("-----BEGIN CERTIFICATE-----");
    expect(out).not.toContain("changelog");
    for (const { text } of own) expect(out).toContain(text.trim());
  });
});
