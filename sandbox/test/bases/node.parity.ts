/** node:24-slim, read through the engine. */
import { expect, test } from "vitest";
import { describeBases, environment, files, inspect, matching, own, run, shell } from "./image.ts";

describeBases("node:24-slim", ["node:24-slim"], () => {
  const name = "node:24-slim";

  test("config", async () => {
    const { Config } = await inspect(name);
    expect(Config).toMatchObject({
      Cmd: ["node"],
      Entrypoint: ["docker-entrypoint.sh"],
      User: "",
    });
    const { NODE_VERSION } = await environment(name);
    expect(NODE_VERSION).toMatch(/^24\.\d+\.\d+$/);
    expect(await shell(name, "node --version; nodejs --version")).toBe(
      `v${NODE_VERSION}\nv${NODE_VERSION}`,
    );
  });

  test("the user node, 1000, with a home", async () => {
    expect(await shell(name, "id node")).toBe("uid=1000(node) gid=1000(node) groups=1000(node)");
    expect((await files(name)).get("home/node")).toMatchObject({ owner: "1000/1000" });
  });

  test("the entrypoint runs node when the first argument is no command", async () => {
    expect(await run(name, ["--version"])).toMatchObject({
      out: expect.stringMatching(/^v24\./),
    });
    expect(await run(name, ["-p", "1+1"])).toMatchObject({ code: 0, out: "2" });
    expect(await run(name, ["echo", "a b"])).toMatchObject({ code: 0, out: "a b" });
    // A script that is not executable, although it lies where it is named.
    const script = "/usr/local/lib/node_modules/npm/lib/cli.js";
    expect(await run(name, [script])).toMatchObject({ code: 0 });
    expect(await run(name, ["no-such-command.js"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("Cannot find module '/no-such-command.js'"),
    });
  });

  test("npm and npx install from this machine's registry", async () => {
    const out = await shell(
      name,
      "mkdir /app && cd /app && npm install --silent --no-audit --no-fund is-number@7.0.0 && node -p 'require(\"is-number\")(1)' && npx --version && npm --version",
    );
    expect(out).toMatch(/^true\n11\.\S+\n11\.\S+$/);
  });

  test("Node trusts this machine's certificates beside its own", async () => {
    const { NODE_EXTRA_CA_CERTS } = await environment(name);
    const file = NODE_EXTRA_CA_CERTS ? await shell(name, `cat ${NODE_EXTRA_CA_CERTS}`) : "";
    for (const { text } of own) expect(file).toContain(text.trim());
    expect(Boolean(NODE_EXTRA_CA_CERTS)).toBe(own.length > 0);
  });

  test("slim: no compiler, no Python, no certificates of Debian", async () => {
    const surplus = /^(usr\/bin\/(gcc|make|python3?|curl|git)|etc\/ssl\/certs\/ca-cert.*)$/;
    expect(await matching(name, surplus)).toEqual([]);
  });
});
