/** The distroless images, read through the engine. */
import { describe, expect, test } from "vitest";
import { standInNames } from "../../src/bases/index.ts";
import {
  DISTROLESS,
  describeBases,
  distroless,
  environment,
  files,
  inspect,
  matching,
  own,
  run,
} from "./image.ts";

describeBases(
  "distroless",
  standInNames().filter((name) => name.includes("distroless")),
  () => {
    describe.each(DISTROLESS)("distroless %s", (variant) => {
      const name = distroless(variant);

      test.each([
        ["", "0", "/"],
        [":nonroot", "65532", "/home/nonroot"],
        [":debug", "0", "/"],
        [":debug-nonroot", "65532", "/home/nonroot"],
      ])("config of tag '%s'", async (tag, User, WorkingDir) => {
        const { Config } = await inspect(distroless(variant, tag));
        const isDebug = tag.startsWith(":debug");
        const shells = isDebug ? ["/busybox/sh"] : null;
        expect(Config).toMatchObject({
          User,
          WorkingDir,
          Cmd: null,
          Entrypoint: variant === "python3" ? ["/usr/bin/python3.13"] : shells,
        });
        expect(await environment(distroless(variant, tag))).toEqual({
          PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin${isDebug ? ":/busybox" : ""}`,
          SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
          ...(variant === "python3" ? { LANG: "C.UTF-8" } : {}),
        });
      });

      test("no shell, no package manager, no perl, no busybox", async () => {
        expect(
          await matching(
            name,
            /(^|\/)s?bin\/(sh|bash|dash|ash|busybox|apt.*|dpkg.*|perl.*|env|ls|cat)$|^busybox/,
          ),
        ).toEqual([]);
        const ran = await run(name, ["-c", "true"], "--entrypoint", "/bin/sh");
        expect(ran).toMatchObject({ code: 127 });
      });

      test("users, homes, time zones, certificates, media types", async () => {
        const paths = await files(name);
        expect(paths.get("home/nonroot")).toMatchObject({
          mode: "drwx------",
          owner: "65532/65532",
        });
        for (const path of [
          "etc/group",
          "etc/mime.types",
          "etc/nsswitch.conf",
          "etc/services",
          "etc/ssl/certs/ca-certificates.crt",
          "usr/lib/os-release",
          "usr/share/zoneinfo/Europe/Berlin",
          "usr/share/zoneinfo/US/Pacific",
        ]) {
          expect(paths.has(path), path).toBe(true);
        }
        expect(paths.get("etc/os-release")?.target).toBe("../usr/lib/os-release");
        expect(paths.get("bin")?.target).toBe("usr/bin");
      });

      test("its packages are listed in status.d, one file each", async () => {
        const listed = await matching(name, /^var\/lib\/dpkg\/status\.d\/[^/]+(?<!\.md5sums)$/);
        const names = listed.map((path) => path.split("/").at(-1));
        expect(names).toEqual(expect.arrayContaining(["base-files", "netbase", "tzdata"]));
        expect(names.includes("libc6")).toBe(variant !== "static");
        expect(names.includes("libstdc++6")).toBe(["cc", "python3"].includes(variant));
        expect(await matching(name, /^var\/lib\/dpkg\/(status|info)$/)).toEqual([]);
      });

      test("the libraries of its kind and no others", async () => {
        const has = async (pattern: RegExp): Promise<boolean> =>
          (await matching(name, pattern)).length > 0;
        const isAbove = (floor: (typeof DISTROLESS)[number]): boolean =>
          DISTROLESS.indexOf(variant) >= DISTROLESS.indexOf(floor);
        expect(await has(/\/libc\.so\.6$/)).toBe(isAbove("base"));
        expect(await has(/\/ld-linux[^/]*\.so\.\d$/)).toBe(isAbove("base"));
        expect(await has(/\/libssl\.so\.3$/)).toBe(isAbove("base"));
        expect(await has(/\/libstdc\+\+\.so\.6$/)).toBe(isAbove("cc"));
        expect(await has(/\/libgcc_s\.so\.1$/)).toBe(isAbove("cc"));
        expect(await has(/\/libgomp\.so\.1$/)).toBe(isAbove("cc"));
        expect(await has(/^usr\/bin\/python3\.13$/)).toBe(isAbove("python3"));
        if (variant === "static") expect(await has(/\.so(\.|$)/)).toBe(false);
      });

      test(":debug has busybox, and is else the same", async () => {
        const debug = distroless(variant, ":debug");
        const ran = await run(
          debug,
          ["-c", "id -u; cat /etc/passwd; which ls"],
          "--entrypoint",
          "sh",
        );
        expect(ran).toMatchObject({ code: 0 });
        expect(ran.out.split("\n")).toEqual([
          "0",
          "root:x:0:0:root:/root:/sbin/nologin",
          "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin",
          "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin",
          "/busybox/ls",
        ]);
        const plain = await matching(debug, /^(?!busybox)/);
        expect(plain).toEqual(await matching(name, /^/));
      });
    });

    describe("distroless static", () => {
      test("the bundle holds the public certificates alone: nothing is downloaded in it", async () => {
        const ran = await run(distroless("static", ":debug"), [
          "-c",
          "cat /etc/ssl/certs/ca-certificates.crt",
        ]);
        expect(ran.out.split("-----BEGIN CERTIFICATE-----").length).toBeGreaterThan(100);
        for (const { text } of own) expect(ran.out).not.toContain(text.trim());
      });
    });

    describe("distroless python3", () => {
      const name = distroless("python3");

      test("python, python3 and python3.13 are one, as the user that the tag says", async () => {
        const print = "import os, sys; print(sys.version_info[:2], os.getuid(), os.getcwd())";
        expect(await run(name, ["-c", print])).toMatchObject({ out: "(3, 13) 0 /" });
        for (const link of ["/usr/bin/python", "/usr/bin/python3"]) {
          const nonroot = distroless("python3", ":nonroot");
          const ran = await run(nonroot, ["-c", print], "--entrypoint", link);
          expect(ran).toMatchObject({ code: 0, out: "(3, 13) 65532 /home/nonroot" });
        }
      });

      test("no pip", async () => {
        const ran = await run(name, ["-m", "pip", "--version"]);
        expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("No module named pip") });
      });

      test("every module that its packages bring finds its libraries", async () => {
        const script = `
import ctypes.util, importlib.machinery, os, ssl, sys, zoneinfo
folder = next(path for path in sys.path if path.endswith("lib-dynload"))
names = sorted(name.split(".")[0] for name in os.listdir(folder))
assert len(names) > 30, names
for name in names:
    # A fork each: some refuse to be loaded together with others.
    if os.fork() == 0:
        __import__(name)
        os._exit(0)
    assert os.wait()[1] == 0, name
zoneinfo.ZoneInfo("Asia/Tokyo")
assert ssl.create_default_context().get_ca_certs()
assert ctypes.util.find_library("ssl") == "libssl.so.3"
print("ok")`;
        expect(await run(name, ["-c", script])).toMatchObject({ code: 0, out: "ok" });
      });
    });
  },
);
