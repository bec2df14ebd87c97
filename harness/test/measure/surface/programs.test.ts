import { expect, test } from "vitest";
import { entry, file } from "../fixtures/tar.ts";
import { folder, hardLink, program, surface, symlink } from "./looking.ts";

test("shells: files, links and links under other names", async () => {
  const { shells } = await surface(
    program("usr/bin/bash"),
    symlink("usr/bin/sh", "../../sbin/sh"),
    hardLink("usr/local/bin/zsh-5.9", "usr/bin/bash"),
    program("sbin/sh"),
    program("busybox/busybox"),
    hardLink("busybox/ash", "busybox/busybox"),
    hardLink("busybox/ls", "busybox/busybox"),
    symlink("bin/cat", "/busybox/busybox"),
    symlink("usr/local/bin/start", "/usr/bin/bash"),
    program("busybox.static"),
    folder("usr/local/bin/fish/"),
    hardLink("usr/bin/ksh93", "usr/bin/not-there"),
    file("usr/bin/ksh", "not executable"),
    program("usr/share/doc/sh"),
    program("usr/bin/ssh"),
    program("usr/bin/bashbug"),
  );
  expect(shells).toMatchObject({
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
  const { shells, compilers } = await surface(
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
  expect(shells).toMatchObject({
    count: 3,
    paths: ["/usr/bin/bash", "/usr/bin/start", "/usr/local/bin/sh"],
  });
  expect(compilers).toMatchObject({ count: 2, paths: ["/usr/bin/cc", "/usr/bin/gcc"] });
});

test("a chain of links is followed as far as Linux follows it", async () => {
  const chain = (length: number) =>
    Array.from({ length }, (_, n) => symlink(`l/${n}`, n === 0 ? "/opt/x" : `${n - 1}`));
  const shells = async (length: number): Promise<readonly string[]> =>
    (await surface(program("opt/x"), ...chain(length), symlink("bin/sh", `/l/${length - 1}`)))
      .shells.paths;
  expect(await shells(39)).toEqual(["/bin/sh"]);
  expect(await shells(40)).toEqual([]);
});

test("bytes are those of programs, each once under all its names", async () => {
  const { shells } = await surface(
    program("usr/bin/bash", "12345"),
    hardLink("usr/bin/rbash", "usr/bin/bash"),
    symlink("usr/bin/sh", "bash"),
    program("bin/dash", "123"),
  );
  expect(shells).toEqual({
    count: 4,
    bytes: 8,
    paths: ["/bin/dash", "/usr/bin/bash", "/usr/bin/rbash", "/usr/bin/sh"],
  });
});

test("package managers, pip without its program too", async () => {
  const { packageManagers } = await surface(
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
  expect(packageManagers).toMatchObject({
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
  const others = ["gcc-ar", "gcc-ranlib-14", "gofmt", "gcov", "javap", "ccache-swig", "cpp", "ld"];
  const { compilers } = await surface(
    ...[...names, ...others].map((name) => program(`usr/bin/${name}`)),
  );
  expect(compilers).toMatchObject({
    count: 10,
    paths: names.map((name) => `/usr/bin/${name}`).sort(),
  });
});
