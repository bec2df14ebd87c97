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
