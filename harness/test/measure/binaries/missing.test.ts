import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { readTree } from "../../../src/measure/anatomy.ts";
import { binarySurvey } from "../../../src/measure/binaries/binaries.ts";
import { missingParts } from "../../../src/measure/binaries/missing.ts";
import { surveyed } from "../../../src/measure/tree/survey.ts";
import { dynamicElf, type DynamicFile } from "../fixtures/dynamic-elf.ts";
import { ldSoCache } from "../fixtures/ld-so-cache.ts";
import { chunks } from "../fixtures/samples.ts";
import { entry, file, tar } from "../fixtures/tar.ts";

const GLIBC = "/lib64/ld-linux-x86-64.so.2";
const MUSL = "/lib/ld-musl-x86_64.so.1";
const FOLDERS = "/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0";

const program = (name: string, elf: DynamicFile, mode: number = 0o755): Buffer =>
  entry({ name, mode }, dynamicElf({ interpreter: GLIBC, ...elf }));
const library = (name: string, elf: DynamicFile = {}): Buffer =>
  entry({ name }, dynamicElf({ soname: name.slice(name.lastIndexOf("/") + 1), ...elf }));
const symlink = (name: string, linkname: string): Buffer => entry({ name, flag: "2", linkname });
const loader = (name: string = "lib64/ld-linux-x86-64.so.2"): Buffer =>
  library(name, { interpreter: `x\0${FOLDERS}` });
const cache = (libraries: Readonly<Record<string, string>>): Buffer =>
  file("etc/ld.so.cache", ldSoCache(libraries));
const tree = (...parts: readonly Buffer[]) => readTree(chunks(tar(...parts), 1000));

/** What is missing of /app/app, as `WHO needs WHAT`. */
async function missing(...parts: readonly Buffer[]): Promise<readonly string[]> {
  const found = missingParts(await tree(...parts), "/app/app");
  return found.map(({ kind, path, needs }) =>
    kind === "loader" ? `${path} asks for ${needs}` : `${path} needs ${needs}`,
  );
}
const app = (elf: DynamicFile): Buffer => program("app/app", elf);

describe("glibc", () => {
  test("a program on scratch lacks its loader and all that it needs", async () => {
    expect(await missing(app({ needed: ["libc.so.6", "libm.so.6"] }))).toEqual([
      "/app/app asks for /lib64/ld-linux-x86-64.so.2",
      "/app/app needs libc.so.6",
      "/app/app needs libm.so.6",
    ]);
    expect(await missing(app({ needed: [] }))).toHaveLength(1);
    expect(await missing(program("app/app", { interpreter: undefined as never, type: 2 }))).toEqual(
      [],
    );
  });

  test("the loader looks where it was built to, and is asked for by name itself", async () => {
    const libc = library("usr/lib/x86_64-linux-gnu/libc.so.6", {
      needed: ["ld-linux-x86-64.so.2"],
    });
    expect(await missing(app({ needed: ["libc.so.6"] }), loader(), libc)).toEqual([]);
    const elsewhere = library("usr/local/lib/libc.so.6");
    expect(await missing(app({ needed: ["libc.so.6"] }), loader(), elsewhere)).toEqual([
      "/app/app needs libc.so.6",
    ]);
  });

  test("links are followed, of folders and of files; one that leads nowhere is none", async () => {
    const parts = [
      symlink("lib", "usr/lib"),
      symlink("lib64", "usr/lib64"),
      loader("usr/lib64/ld-linux-x86-64.so.2"),
      symlink("usr/lib/libx.so.1", "libx.so.1.2.3"),
      library("usr/lib/libx.so.1.2.3", { soname: "libx.so.1" }),
      symlink("usr/lib/liby.so.1", "liby.so.1.2.3"),
    ];
    expect(await missing(app({ needed: ["libx.so.1", "liby.so.1"] }), ...parts)).toEqual([
      "/app/app needs liby.so.1",
    ]);
  });

  test("what ldconfig found is found, what it did not is not", async () => {
    const lib = library("usr/local/lib/libx.so.1");
    const needs = app({ needed: ["libx.so.1"] });
    const written = cache({ "libx.so.1": "/usr/local/lib/libx.so.1" });
    expect(await missing(needs, loader(), lib, written)).toEqual([]);
    expect(await missing(needs, loader(), lib, cache({}))).toEqual(["/app/app needs libx.so.1"]);
    expect(await missing(needs, loader(), written)).toEqual(["/app/app needs libx.so.1"]);
  });

  test("who asks is told, also far down, and each thing once", async () => {
    expect(
      await missing(
        loader(),
        app({ needed: ["liba.so", "libb.so"] }),
        library("lib/liba.so", { needed: ["libc.so"] }),
        library("lib/libb.so", { needed: ["libc.so", "libd.so", "libgone.so"] }),
        library("lib/libc.so", { needed: ["liba.so", "libgone.so"] }),
      ),
    ).toEqual(["/lib/libb.so needs libd.so", "/lib/libb.so needs libgone.so"]);
  });

  test("DT_RPATH goes for what is asked for in turn, DT_RUNPATH for its own file alone", async () => {
    const parts = [
      loader(),
      library("opt/liba.so", { needed: ["libb.so"] }),
      library("opt/libb.so"),
    ];
    const needed = ["liba.so"];
    expect(await missing(app({ needed, rpath: "/opt" }), ...parts)).toEqual([]);
    expect(await missing(app({ needed, runpath: "/opt" }), ...parts)).toEqual([
      "/opt/liba.so needs libb.so",
    ]);
    // One with a DT_RUNPATH asks nobody's DT_RPATH, its own included.
    const own = library("opt/liba.so", { needed: ["libb.so"], runpath: "/none", rpath: "/opt" });
    expect(
      await missing(loader(), app({ needed, rpath: "/opt" }), own, library("opt/libb.so")),
    ).toEqual(["/opt/liba.so needs libb.so"]);
  });

  test("$ORIGIN is the folder of who says it, also by a link", async () => {
    const libs = [
      loader(),
      library("app/lib/liba.so", { needed: ["libb.so"], runpath: "${ORIGIN}/deep" }),
      library("app/lib/deep/libb.so"),
    ];
    const needed = ["liba.so"];
    expect(await missing(app({ needed, runpath: "$ORIGIN/lib" }), ...libs)).toEqual([]);
    expect(await missing(app({ needed, runpath: "$ORIGINAL/lib" }), ...libs)).toHaveLength(1);
    const linked = await tree(
      ...libs,
      app({ needed, runpath: "$ORIGIN/lib" }),
      symlink("usr/bin/app", "/app/app"),
    );
    expect(missingParts(linked, "/usr/bin/app")).toEqual([]);
  });

  test("$LIB and $PLATFORM", async () => {
    const parts = [
      loader(),
      library("opt/lib/x86_64-linux-gnu/liba.so"),
      library("opt/x86_64/libb.so"),
    ];
    const elf = { needed: ["liba.so", "libb.so"], runpath: "/opt/$LIB:/opt/${PLATFORM}" };
    expect(await missing(app(elf), ...parts)).toEqual([]);
  });

  test("a path is asked for as a path", async () => {
    const needed = ["/opt/liba.so", "/opt/libb.so"];
    expect(await missing(loader(), app({ needed }), library("opt/liba.so"))).toEqual([
      "/app/app needs /opt/libb.so",
    ]);
  });

  test("a library of another machine is passed over", async () => {
    const other = [
      library("lib/liba.so", { machine: 183 }),
      library("lib/x86_64-linux-gnu/liba.so", { bits: 32, machine: 3 }),
    ];
    const needs = app({ needed: ["liba.so"] });
    expect(await missing(loader(), needs, ...other)).toEqual(["/app/app needs liba.so"]);
    expect(await missing(loader(), needs, ...other, library("usr/lib/liba.so"))).toEqual([]);
    expect(await missing(loader(), needs, file("lib/liba.so", "INPUT(x)"))).toHaveLength(1);
  });

  test("a library is known by its own name too", async () => {
    const parts = [
      library("lib/libold.so", { soname: "libnew.so.1" }),
      app({ needed: ["libold.so", "libnew.so.1"] }),
    ];
    expect(await missing(loader(), ...parts)).toEqual([]);
    const turned = app({ needed: ["libnew.so.1", "libold.so"] });
    expect(await missing(loader(), ...parts.slice(0, 1), turned)).toEqual([
      "/app/app needs libnew.so.1",
    ]);
  });

  test("LD_LIBRARY_PATH, for who knows it", async () => {
    const made = await tree(loader(), app({ needed: ["liba.so"] }), library("opt/liba.so"));
    expect(missingParts(made, "/app/app", ["/opt"])).toEqual([]);
    expect(missingParts(made, "/app/app")).toHaveLength(1);
  });
});

describe("musl", () => {
  const libc = entry(
    { name: "lib/ld-musl-x86_64.so.1" },
    dynamicElf({ soname: "libc.musl-x86_64.so.1" }),
  );
  const muslApp = (elf: DynamicFile): Buffer => app({ interpreter: MUSL, ...elf });

  test("its loader is its C library, under all its names", async () => {
    const needed = ["libc.musl-x86_64.so.1", "libc.so", "libpthread.so.0", "libcrypt.so.1"];
    expect(await missing(libc, muslApp({ needed }))).toEqual(["/app/app needs libcrypt.so.1"]);
    expect(await missing(muslApp({ needed: ["libc.musl-x86_64.so.1"] }))).toEqual([
      `/app/app asks for ${MUSL}`,
    ]);
  });

  test("it looks in three folders, or in those of its list", async () => {
    const needed = ["liba.so", "libb.so"];
    const libs = [library("usr/local/lib/liba.so"), library("opt/libb.so")];
    expect(await missing(libc, muslApp({ needed }), ...libs)).toEqual(["/app/app needs libb.so"]);
    const list = file("etc/ld-musl-x86_64.path", "/opt\n/usr/lib:relative\n");
    expect(await missing(libc, muslApp({ needed }), ...libs, list)).toEqual([
      "/app/app needs liba.so",
    ]);
  });

  test("DT_RUNPATH goes for what is asked for in turn", async () => {
    const parts = [library("opt/liba.so", { needed: ["libb.so"] }), library("opt/libb.so")];
    expect(
      await missing(libc, muslApp({ needed: ["liba.so"], runpath: "/opt" }), ...parts),
    ).toEqual([]);
  });
});

describe("all of a file system", () => {
  const LOST = { needed: ["libgone.so"] };

  test("counts, and what programs and their libraries lack", async () => {
    const made = await tree(
      loader(),
      program("bin/a", { symbols: true }),
      entry({ name: "bin/same", flag: "1", linkname: "bin/a" }),
      symlink("bin/link", "a"),
      entry({ name: "bin/static", mode: 0o755 }, dynamicElf({ type: 2 })),
      program("bin/b", LOST),
      library("lib/liba.so", LOST),
      entry({ name: "lib/x.o" }, dynamicElf({ type: 1 })),
    );
    expect(surveyed(made, binarySurvey)).toEqual({
      static: 1,
      dynamic: 2,
      libraries: 2,
      stripped: 4,
      missing: [
        { kind: "library", path: "/bin/b", needs: "libgone.so" },
        { kind: "library", path: "/lib/liba.so", needs: "libgone.so" },
      ],
    });
  });

  test("not of what nobody may execute, of plug-ins, and of what a program would find for its library", async () => {
    const made = await tree(
      loader(),
      program("src/testdata/b", LOST, 0o644),
      library("usr/lib/python3.13/lib-dynload/x.so", LOST),
      program("bin/a", { needed: ["liba.so"], rpath: "/opt" }),
      library("lib/liba.so", { needed: ["libb.so"] }),
      library("opt/libb.so"),
    );
    expect(surveyed(made, binarySurvey).missing).toEqual([]);
  });

  test("libraries of musl's folders", async () => {
    const libc = entry(
      { name: "lib/ld-musl-x86_64.so.1" },
      dynamicElf({ soname: "libc.musl-x86_64.so.1" }),
    );
    const made = await tree(
      libc,
      library("usr/lib/liba.so", { needed: ["libc.musl-x86_64.so.1", "libgone.so"] }),
    );
    expect(surveyed(made, binarySurvey).missing).toEqual([
      { kind: "library", path: "/usr/lib/liba.so", needs: "libgone.so" },
    ]);
  });

  test("where there is no loader a library alone lacks nothing", async () => {
    expect(surveyed(await tree(library("lib/liba.so", LOST)), binarySurvey).missing).toEqual([]);
  });

  test("a circle of libraries ends, and no more is told than anyone reads", async () => {
    const many = Array.from({ length: 600 }, (_, n) => `lib${n}.so`);
    const made = await tree(
      loader(),
      program("bin/a", { needed: many }),
      program("bin/b", { needed: many }),
      program("bin/c", { needed: ["liba.so"] }),
      library("lib/liba.so", { needed: ["libb.so"] }),
      library("lib/libb.so", { needed: ["liba.so"] }),
    );
    expect(surveyed(made, binarySurvey).missing).toHaveLength(1000);
  });
});
