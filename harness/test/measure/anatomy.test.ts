import { Buffer } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Anatomy } from "../../src/model/anatomy.ts";
import { InputError } from "../../src/model/error.ts";
import { anatomyOf, measureAnatomy, readTree } from "../../src/measure/anatomy.ts";
import { elf } from "./fixtures/elf.ts";
import { chunks } from "./fixtures/samples.ts";
import { entry, file, gnuLong, pax, tar } from "./fixtures/tar.ts";

const readAnatomy = async (stream: AsyncIterable<Uint8Array>): Promise<Anatomy> =>
  anatomyOf(await readTree(stream));

const program = (name: string, data: string | Buffer = "x"): Buffer =>
  entry({ name, mode: 0o755 }, data);
const symlink = (name: string, linkname: string): Buffer =>
  entry({ name, flag: "2", linkname, mode: 0o777 });
const hardLink = (name: string, linkname: string): Buffer =>
  entry({ name, flag: "1", linkname, mode: 0o755 });
const folder = (name: string): Buffer => entry({ name, flag: "5", mode: 0o755 });

const anatomy = (...parts: readonly Buffer[]) => readAnatomy(chunks(tar(...parts), 1000));
const packagesOf = async (...parts: readonly Buffer[]): Promise<readonly string[]> =>
  (await anatomy(...parts)).packages.map(({ kind, name, version }) => `${kind} ${name} ${version}`);

describe("packages", () => {
  test("dpkg's, those that are installed", async () => {
    const status = `Package: libc6
Status: install ok installed
Description: not these
 Package: indented
 Version: 0
Version: 2.41-12

Package: gone
Status: deinstall ok config-files
Version: 1

Package: held
Status: hold ok installed
Version: 1:2~rc1-3+b4

Package: half
Status: install ok half-configured
Version: 3

Package: versionless
Status: install ok installed


Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.41-12`;
    expect(
      await packagesOf(
        file("var/lib/dpkg/status", status),
        file("var/lib/dpkg/status-old", status),
      ),
    ).toEqual(["deb held 1:2~rc1-3+b4", "deb libc6 2.41-12", "deb libc6 2.41-12"]);
  });

  test("distroless' own list, a file each", async () => {
    expect(
      await packagesOf(
        folder("var/lib/dpkg/status.d/"),
        file(
          "var/lib/dpkg/status.d/tzdata",
          "Package: tzdata\nVersion: 2026a-0\nMaintainer: x\n\n",
        ),
        file("var/lib/dpkg/status.d/tzdata.md5sums", "Package: no\nVersion: 1\n"),
        file("var/lib/dpkg/status.d/base", "Package: base-files\r\nVersion: 13.8\r\n"),
      ),
    ).toEqual(["deb base-files 13.8", "deb tzdata 2026a-0"]);
  });

  test.each(["lib/apk/db/installed", "usr/lib/apk/db/installed"])("apk's in %s", async (name) => {
    const installed =
      "C:Q1abc=\nP:musl\nV:1.2.5-r9\nA:x86_64\nF:lib\nR:ld-musl-x86_64.so.1\n\nP:zlib\nV:1.3.1-r2\n";
    expect(await packagesOf(file(name, installed))).toEqual([
      "apk musl 1.2.5-r9",
      "apk zlib 1.3.1-r2",
    ]);
  });

  test("Python's, each installation", async () => {
    const metadata = (name: string, version: string): string =>
      `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\nLicense: x\n\nName: not this\nVersion: 9\n`;
    const site = "venv/lib/python3.13/site-packages";
    expect(
      await packagesOf(
        file(`${site}/flask-3.1.0.dist-info/METADATA`, metadata("Flask", "3.1.0")),
        file(`${site}/flask-3.1.0.dist-info/RECORD`, metadata("record", "1")),
        file(
          `${site}/setuptools/_vendor/packaging-24.2.dist-info/METADATA`,
          metadata("packaging", "24.2"),
        ),
        file("opt/x/packaging-24.2.dist-info/METADATA", metadata("packaging", "24.2")),
        file("usr/lib/python3/dist-packages/old-1.egg-info/PKG-INFO", "name: old\nversion: 1\n"),
        file("usr/lib/python3/dist-packages/older-0.egg-info", metadata("older", "0")),
        file(`${site}/nameless-1.dist-info/METADATA`, "Version: 1\n"),
        file(`${site}/late-1.dist-info/METADATA`, "Version: 1\n\nName: late\n"),
      ),
    ).toEqual([
      "python Flask 3.1.0",
      "python old 1",
      "python older 0",
      "python packaging 24.2",
      "python packaging 24.2",
    ]);
  });

  test("npm's, in node_modules alone", async () => {
    const manifest = (name: unknown, version: unknown): string => JSON.stringify({ name, version });
    expect(
      await packagesOf(
        file("app/package.json", manifest("app", "1.0.0")),
        file("app/node_modules/express/package.json", `\uFEFF${manifest("express", "5.1.0")}`),
        file("app/node_modules/express/node_modules/qs/package.json", manifest("qs", "6.14.0")),
        file("app/node_modules/@scope/name/package.json", manifest("@scope/name", "0.1.0")),
        file("app/node_modules/express/test/fixtures/package.json", manifest("fixture", "1.0.0")),
        file("app/node_modules/@scope/package.json", manifest("scope", "1.0.0")),
        file("app/node_modules/.package-lock.json", manifest("lock", "1.0.0")),
        file("app/node_modules/.store/package.json", manifest("store", "1.0.0")),
        file("app/node_modules/esm/package.json", '{"type": "module"}'),
        file("app/node_modules/broken/package.json", '{"name": "broken", '),
        file("app/node_modules/odd/package.json", manifest(["odd"], 1)),
        file("app/node_modules/null/package.json", "null"),
        file("app/node_modules/deep/package.json", "[".repeat(500_000)),
        file(
          "app/node_modules/giant/package.json",
          manifest("giant", "1.0.0") + " ".repeat(1_100_000),
        ),
        symlink("app/node_modules/linked/package.json", "../../x"),
      ),
    ).toEqual(["node @scope/name 0.1.0", "node express 5.1.0", "node qs 6.14.0"]);
  });

  test("Go's, from what may be executed", async () => {
    expect(
      await packagesOf(
        program("app/app", elf()),
        hardLink("app/same", "app/app"),
        file("app/data", elf()),
      ),
    ).toEqual(["go example.com/app v1.0.0", "go stdlib 1.26.1"]);
  });

  test("of names that are no UTF-8, and of lines without end", async () => {
    const odd = Buffer.concat([
      Buffer.from("P:caf"),
      Buffer.from([0xe9]),
      Buffer.from("\nV:1\n\nP:"),
      Buffer.alloc(200_000, "y"),
      Buffer.from("\nV:2\n"),
    ]);
    expect(await packagesOf(file("lib/apk/db/installed", odd))).toEqual(["apk café 1"]);
  });

  test("more than any image has are an error", async () => {
    const many = Buffer.from("P:a\nV:1\n\n".repeat(100_001));
    const read = anatomy(file("lib/apk/db/installed", many));
    await expect(read).rejects.toThrow(
      new InputError("the file system's tar cannot be read: more than 100000 packages"),
    );
  });
});

describe("attack surface", () => {
  test("shells: files, links and links under other names", async () => {
    const { shells } = await anatomy(
      program("usr/bin/bash"),
      symlink("usr/bin/sh", "../../sbin/sh"),
      hardLink("usr/local/bin/zsh-5.9", "usr/bin/zsh"),
      program("sbin/sh"),
      program("busybox/busybox"),
      hardLink("busybox/ash", "busybox/busybox"),
      hardLink("busybox/ls", "busybox/busybox"),
      symlink("bin/cat", "/busybox/busybox"),
      symlink("usr/local/bin/start", "/usr/bin/bash"),
      program("busybox.static"),
      folder("usr/local/bin/fish/"),
      file("usr/bin/ksh", "not executable"),
      program("usr/share/doc/sh"),
      program("usr/bin/ssh"),
      program("usr/bin/bashbug"),
    );
    expect(shells).toEqual({
      count: 8,
      paths: [
        "/busybox.static",
        "/busybox/ash",
        "/busybox/busybox",
        "/sbin/sh",
        "/usr/bin/bash",
        "/usr/bin/sh",
        "/usr/local/bin/start",
        "/usr/local/bin/zsh-5.9",
      ].sort(),
    });
  });

  test("links count by where they end, and not when they lead nowhere", async () => {
    const { shells, compilers } = await anatomy(
      // usr-merged, with a chain through alternatives, and links before what they lead to.
      symlink("bin", "usr/bin"),
      symlink("usr/bin/cc", "/etc/alternatives/cc"),
      symlink("etc/alternatives/cc", "/bin/gcc"),
      symlink("usr/bin/gcc", "../lib/compiler"),
      program("usr/lib/compiler"),
      symlink("usr/bin/start", "../../app/./run"),
      symlink("app/run", "/bin/bash"),
      program("usr/bin/bash"),
      // What is left when a shell is removed, a circle, something else, and a way out of the tree.
      symlink("usr/bin/sh", "dash"),
      symlink("usr/bin/ash", "/bin/busybox"),
      symlink("usr/bin/zsh", "zsh"),
      symlink("usr/bin/ksh", "/etc/passwd"),
      file("etc/passwd", ""),
      symlink("usr/bin/fish", "/dev/null"),
      entry({ name: "dev/null", flag: "3", mode: 0o777 }),
      symlink("usr/bin/dash", "../../../../../usr/bin/none"),
      symlink("usr/local/bin/sh", "../../../../../usr/bin/bash"),
    );
    expect(shells).toEqual({
      count: 3,
      paths: ["/usr/bin/bash", "/usr/bin/start", "/usr/local/bin/sh"],
    });
    expect(compilers).toEqual({ count: 2, paths: ["/usr/bin/cc", "/usr/bin/gcc"] });
  });

  test("in a tree of too many links all are taken to lead where they say", async () => {
    const long = `/${"x/".repeat(2000)}`;
    const many = Array.from({ length: 1001 }, (_, n) => [
      gnuLong("K", long),
      symlink(`l/${n}`, ""),
    ]);
    const { shells } = await anatomy(symlink("bin/sh", "dash"), ...many.flat());
    expect(shells.paths).toEqual(["/bin/sh"]);
  });

  test("package managers, pip without its program too", async () => {
    const { packageManagers } = await anatomy(
      program("usr/bin/apt-get"),
      program("usr/bin/apt-cache"),
      program("usr/bin/dpkg"),
      program("usr/bin/dpkg-query"),
      program("sbin/apk"),
      symlink("venv/bin/pip3.13", "/opt/pipe"),
      symlink("usr/local/bin/npm", "../lib/node_modules/npm/bin/npm-cli.js"),
      program("usr/local/lib/node_modules/npm/bin/npm-cli.js"),
      program("root/.cargo/bin/cargo"),
      file("venv/lib/python3.13/site-packages/pip/__main__.py", ""),
      program("opt/pipe"),
    );
    expect(packageManagers).toEqual({
      count: 7,
      paths: [
        "/root/.cargo/bin/cargo",
        "/sbin/apk",
        "/usr/bin/apt-get",
        "/usr/bin/dpkg",
        "/usr/local/bin/npm",
        "/venv/bin/pip3.13",
        "/venv/lib/python3.13/site-packages/pip/__main__.py",
      ],
    });
  });

  test("compilers, whatever their version and target", async () => {
    const names = [
      "cc",
      "gcc",
      "gcc-14",
      "x86_64-linux-gnu-g++-14",
      "clang++-19",
      "c99-gcc",
      "tcc",
      "go",
      "rustc",
      "javac",
    ];
    const others = [
      "gcc-ar",
      "gcc-ranlib-14",
      "gofmt",
      "gcov",
      "javap",
      "ccache-swig",
      "cpp",
      "ld",
    ];
    const { compilers } = await anatomy(
      ...[...names, ...others].map((name) => program(`usr/bin/${name}`)),
    );
    expect(compilers).toEqual({ count: 10, paths: names.map((name) => `/usr/bin/${name}`).sort() });
  });

  test("sources of the application, not the system's or a language's own", async () => {
    const left = [
      "app/main.go",
      "app/go.mod",
      "app/Dockerfile.multi",
      "src/lib.rs",
      "usr/src/app/server.ts",
      "go/src/app/x.c",
      "home/app/requirements.txt",
      "opt/app/Main.java",
    ];
    const own = [
      "usr/local/go/src/fmt/print.go",
      "usr/src/linux-headers/Makefile",
      "usr/share/doc/x/requirements.txt",
      "go/pkg/mod/x.org/y/y.go",
      "root/go/pkg/mod/x.org/y/y.go",
      "root/.cargo/registry/x.rs",
      "venv/lib/python3.13/site-packages/x/x.pyx",
      "app/node_modules/x/index.d.ts",
      "lib64/x.c",
      "var/lib/x.c",
    ];
    const programs = [
      "app/app.py",
      "app/server.js",
      "app/package.json",
      "app/config.yaml",
      "app/agog",
      "app/.gitkeep",
    ];
    const { sources } = await anatomy(
      ...[...left, ...own, ...programs].map((name) => file(name, "")),
      folder("app/.git/"),
      folder("app/.git/hooks/"),
      file("app/.git/hooks/x.go", ""),
      folder("app/x.go/"),
    );
    expect(sources).toEqual({
      count: 9,
      paths: [...left, "app/.git"].map((name) => `/${name}`).sort(),
    });
  });

  test("all are counted, the first twenty named", async () => {
    const names = Array.from(
      { length: 500 },
      (_, n) => `app/${String((n * 7) % 500).padStart(3, "0")}.go`,
    );
    const { sources } = await anatomy(...names.map((name) => file(name, "")));
    expect(sources.count).toBe(500);
    expect(sources.paths).toEqual(
      names
        .toSorted()
        .slice(0, 20)
        .map((name) => `/${name}`),
    );
  });

  test("however a name is written", async () => {
    const long = `app/${"deep/".repeat(60)}main.go`;
    const { shells, sources } = await anatomy(
      program("./bin/sh"),
      program("/usr/bin/sh"),
      pax({ path: long }),
      file("cut", ""),
      gnuLong("L", `x/${long}`),
      file("cut", ""),
      pax({ path: `${"d/".repeat(20_000)}main.go` }),
      file("cut", ""),
    );
    expect(shells.paths).toEqual(["/bin/sh", "/usr/bin/sh"]);
    expect(sources.count).toBe(3);
    expect(sources.paths).toContain(`/${long}`);
    expect(Math.max(...sources.paths.map(({ length }) => length))).toBe(4096);
  });

  test("an empty file system has nothing", async () => {
    const none = { count: 0, paths: [] };
    const nothing = {
      packages: [],
      shells: none,
      packageManagers: none,
      compilers: none,
      sources: none,
    };
    expect(await anatomy()).toEqual(nothing);
  });
});

describe("what is no tar, or not whole", () => {
  const whole = tar(file("etc/motd", "hello"), program("app/app", elf()));
  const message = (bytes: Buffer): Promise<string> =>
    readAnatomy(chunks(bytes)).then(
      () => "no error",
      (error: unknown) => {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      },
    );

  test("breaks off", async () => {
    expect(await message(whole.subarray(0, 1500))).toBe(
      "the file system's tar cannot be read: it breaks off at byte 1500",
    );
  });

  test("is something else", async () => {
    expect(await message(Buffer.alloc(5000, "no tar"))).toBe(
      "the file system's tar cannot be read: no tar header before byte 512",
    );
  });

  test("errors of the stream pass through", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 700);
      throw new Error("the engine is gone");
    }
    await expect(readAnatomy(failing())).rejects.toThrow(/^the engine is gone$/);
  });
});

describe("measured with a cache", () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "slimproof-anatomy-"));
    vi.stubEnv("SLIMPROOF_CACHE", cache);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true, force: true });
  });

  const image = { id: "sha256:1", layers: ["sha256:a", "sha256:b"] };
  const exporting = (archive: Buffer) => vi.fn(async () => chunks(archive));
  const tree = tar(program("bin/sh"), file("lib/apk/db/installed", "P:musl\nV:1\n"));

  test("the same layers are exported once, whatever the image is called", async () => {
    const first = await measureAnatomy(image, exporting(tree), { cache: true });
    const again = exporting(tar());
    expect(await measureAnatomy({ ...image, id: "other" }, again, { cache: true })).toEqual(first);
    expect(again).not.toHaveBeenCalled();
    expect(first.shells.paths).toEqual(["/bin/sh"]);
  });

  test("other layers, or the same in another order, are exported again", async () => {
    await measureAnatomy(image, exporting(tree), { cache: true });
    for (const layers of [["sha256:a"], ["sha256:b", "sha256:a"], []]) {
      const exported = exporting(tar());
      expect(
        (await measureAnatomy({ id: "x", layers }, exported, { cache: true })).packages,
      ).toEqual([]);
      expect(exported).toHaveBeenCalledTimes(1);
    }
  });

  test("not used when it is not wanted", async () => {
    await measureAnatomy(image, exporting(tree), { cache: true });
    const without = await measureAnatomy(image, exporting(tar()), { cache: false });
    expect(without.packages).toEqual([]);
    expect((await measureAnatomy(image, exporting(tar()), { cache: true })).packages).toHaveLength(
      1,
    );
  });

  test("a failure names the image and is not remembered", async () => {
    const broken = measureAnatomy(image, exporting(tree.subarray(0, 100)), { cache: true });
    await expect(broken).rejects.toThrow(
      /^sha256:1: the file system's tar cannot be read: it breaks off at byte 100$/,
    );
    expect((await measureAnatomy(image, exporting(tree), { cache: true })).packages).toHaveLength(
      1,
    );
  });
});
