import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { goBuildInfo } from "../../../src/measure/binaries/go-build-info.ts";
import type { GoModule } from "../../../src/measure/binaries/go-modules.ts";
import { buildInfo, elf, type Program } from "../fixtures/elf.ts";

/** The modules found in a file that comes in chunks of a size, as `name version`; null when none were handed on. */
function modules(file: Buffer, size: number = 65_536): readonly string[] | null {
  let found: readonly GoModule[] | null = null;
  const reader = goBuildInfo((all) => {
    expect(found).toBeNull();
    found = all;
  });
  for (let at = 0; at < file.length; at += size) {
    const chunk = Buffer.from(file.subarray(at, at + size));
    reader.data(chunk);
    chunk.fill(0xff); // what a reader holds on to must be its own
  }
  reader.end();
  return (
    (found as readonly GoModule[] | null)?.map(({ name, version }) => `${name} ${version}`) ?? null
  );
}

const APP = ["stdlib 1.26.1", "example.com/app v1.0.0"];
const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");

describe("found in an ELF file", () => {
  test.each<[string, Program]>([
    ["64 bits, little endian", {}],
    ["64 bits, big endian", { big: true }],
    ["32 bits, little endian", { bits: 32 }],
    ["32 bits, big endian", { bits: 32, big: true }],
    ["behind other data", { before: Buffer.alloc(160_000, 7) }],
    ["behind a megabyte of text", { textSize: 1_000_001 }],
    ["at the very end", { after: Buffer.alloc(0) }],
    [
      "behind a mark at a place where none can be",
      { before: Buffer.concat([Buffer.alloc(5), MAGIC, Buffer.alloc(13)]) },
    ],
    ["aligned in memory, not in the file", { bias: 0x40_0008n, before: Buffer.alloc(8) }],
    ["so aligned, big endian", { big: true, bias: 0x40_0008n, before: Buffer.alloc(8) }],
    [
      "so aligned, 32 bits, big endian",
      { bits: 32, big: true, bias: 0x40_0008n, before: Buffer.alloc(8) },
    ],
    [
      "aligned at an address beyond 2^53",
      { bias: 0xffff_8000_0000_0008n, before: Buffer.alloc(8) },
    ],
  ])("%s", (_name, program) => {
    for (const size of [65_536, 997, 13]) expect(modules(elf(program), size)).toEqual(APP);
  });

  test("wherever chunks end", () => {
    const file = elf({ before: Buffer.alloc(32) });
    for (let size = 1; size < file.length; size++) expect(modules(file, size)).toEqual(APP);
  });
});

describe("found in the list", () => {
  const listed = (version: string, ...lines: string[]): readonly string[] | null =>
    modules(elf({ info: buildInfo(version, lines) }));

  test("dependencies, as replaced", () => {
    expect(
      listed(
        "go1.26.1",
        "path\texample.com/app/cmd/app",
        "mod\texample.com/app\t(devel)\t",
        "dep\tgithub.com/a/b\tv1.2.3\th1:abc=",
        "dep\tgithub.com/c/d/v2\tv2.0.0",
        "=>\tgithub.com/fork/d/v2\tv2.0.1\th1:def=",
        "dep\tgithub.com/e/f\tv0.1.0",
        "=>\t./local\t(devel)\t",
        'build\t-ldflags="-X main.dep=dep"',
      ),
    ).toEqual([
      "stdlib 1.26.1",
      "example.com/app (devel)",
      "github.com/a/b v1.2.3",
      "github.com/fork/d/v2 v2.0.1",
      "./local (devel)",
    ]);
  });

  test("a program outside of any module", () => {
    expect(listed("go1.18.10", "path\tcommand-line-arguments", "dep\tx.org/y\tv1.0.0")).toEqual([
      "stdlib 1.18.10",
      "command-line-arguments (devel)",
      "x.org/y v1.0.0",
    ]);
  });

  test("nothing but the standard library", () => {
    expect(listed("devel go1.27-abcdef Mon")).toEqual(["stdlib 1.27-abcdef"]);
  });

  test("thousands of dependencies", () => {
    const lines = Array.from(
      { length: 5000 },
      (_, n) => `dep\tgithub.com/some/module${n}\tv1.${n}.0\th1:abc=`,
    );
    const found = listed("go1.26.1", "path\tx", "mod\tx\tv1.0.0\t", ...lines);
    expect(found).toHaveLength(5002);
    expect(found?.at(-1)).toBe("github.com/some/module4999 v1.4999.0");
  });
});

describe("nothing is found, and nothing fails", () => {
  const info = buildInfo("go1.26.1", ["path\tx", "mod\tx\tv1.0.0\t"]);
  const patched = (change: (file: Buffer) => void): Buffer => {
    const file = elf();
    change(file);
    return file;
  };
  test.each<[string, Buffer]>([
    ["no bytes", Buffer.alloc(0)],
    ["a script", Buffer.from("#!/bin/sh\nexit 0\n")],
    ["an ELF file of another language", elf({ info: Buffer.alloc(500) })],
    ["information in data that are not writable", elf({ writable: false })],
    [
      "pointers, as Go wrote before 1.18",
      elf({ info: buildInfo("go1.17", ["mod\tx\tv1.0.0\t"], 0) }),
    ],
    ["another version's text", elf({ info: buildInfo("not go", ["mod\tx\tv1.0.0\t"]) })],
    ["information that is cut off", elf({ info: info.subarray(0, 60), after: Buffer.alloc(0) })],
    ["a header that is cut off", elf({ info: info.subarray(0, 20), after: Buffer.alloc(0) })],
    [
      "a length of 2^49",
      elf({ info: Buffer.concat([info.subarray(0, 32), Buffer.alloc(6, 0xff), Buffer.from([1])]) }),
    ],
    [
      "a length of 200 MB",
      elf({ info: Buffer.concat([info.subarray(0, 32), Buffer.from([0x80, 0x84, 0xaf, 0x5f])]) }),
    ],
    ["program headers far away", patched((file) => file.writeBigUInt64LE(1n << 62n, 32))],
    ["program headers of no size", patched((file) => file.writeUInt16LE(0, 54))],
    ["65,535 program headers", patched((file) => file.writeUInt16LE(65_535, 56))],
    ["neither 32 nor 64 bits", patched((file) => file.writeUInt8(3, 4))],
    ["no byte order", patched((file) => file.writeUInt8(0, 5))],
    ["segments beyond the file", patched((file) => file.writeBigUInt64LE(1n << 40n, 64 + 56 + 8))],
    [
      "a segment larger than numbers",
      patched((file) => file.writeBigUInt64LE(2n ** 64n - 1n, 64 + 56 + 32)),
    ],
    ["a file cut in its headers", elf().subarray(0, 100)],
  ])("%s", (_name, file) => {
    for (const size of [65_536, 7]) expect(modules(file, size)).toBeNull();
  });
});
