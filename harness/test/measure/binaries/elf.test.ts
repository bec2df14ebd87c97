import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binaryReader } from "../../../src/measure/binaries/binary-reader.ts";
import type { Content } from "../../../src/measure/tree/inode.ts";
import { dynamicElf, type DynamicFile } from "../fixtures/dynamic-elf.ts";
import { elf } from "../fixtures/elf.ts";

/** What is found in a file that comes in chunks of a size. */
function contentOf(bytes: Buffer, chunk: number = 65_536, mode: number = 0o755): Content {
  let content: Content = {};
  const header = { name: "x", kind: "file", mode, uid: 0, gid: 0, linkname: "" } as const;
  const entry = { ...header, size: bytes.length, sparse: false, pax: new Map() };
  const reader = binaryReader("/x", entry, (found) => void (content = { ...content, ...found }));
  for (let at = 0; at < bytes.length; at += chunk) {
    const piece = Buffer.from(bytes.subarray(at, at + chunk));
    reader?.data(piece);
    piece.fill(0xff); // what a reader holds on to must be its own
  }
  reader?.end();
  return content;
}

const FULL: DynamicFile = {
  interpreter: "/lib64/ld-linux-x86-64.so.2",
  needed: ["libssl.so.3", "libc.so.6"],
  rpath: "$ORIGIN/../lib::/opt/lib",
  runpath: "/usr/local/lib",
};
const TOLD = {
  bits: 64,
  machine: "x86-64",
  kind: "program",
  interpreter: "/lib64/ld-linux-x86-64.so.2",
  needed: ["libssl.so.3", "libc.so.6"],
  rpath: ["$ORIGIN/../lib", "/opt/lib"],
  runpath: ["/usr/local/lib"],
  soname: null,
  stripped: true,
};

describe("what a loader reads", () => {
  test.each<[string, DynamicFile, object]>([
    ["64 bits, little endian", {}, {}],
    ["64 bits, big endian", { big: true, machine: 22 }, { machine: "s390" }],
    ["32 bits, little endian", { bits: 32, machine: 40 }, { bits: 32, machine: "arm" }],
    ["32 bits, big endian", { bits: 32, big: true, machine: 8 }, { bits: 32, machine: "mips" }],
    ["another machine", { machine: 4242 }, { machine: "4242" }],
    ["symbols", { symbols: true }, { stripped: false }],
    ["names behind what speaks of them", { namesBehind: 0 }, {}],
    ["section headers in front", { sectionsFirst: true, symbols: true }, { stripped: false }],
  ])("%s", (_, file, told) => {
    const bytes = dynamicElf({ ...FULL, ...file });
    for (const chunk of [bytes.length, 65_536, 97, 3])
      expect(contentOf(bytes, chunk).elf).toEqual({ ...TOLD, ...told });
  });

  test("wherever chunks end", () => {
    const bytes = dynamicElf(FULL);
    for (let chunk = 1; chunk < bytes.length; chunk++)
      expect(contentOf(bytes, chunk).elf).toEqual(TOLD);
  });

  const MB = 1 << 20;
  test.each<[string, DynamicFile, object]>([
    ["text behind the names", { padding: 20 * MB }, {}],
    ["names far behind what speaks of them", { padding: 12 * MB, namesBehind: 3 * MB }, {}],
    ["names right behind it", { padding: 12 * MB, namesBehind: 100 }, {}],
    ["section headers in front of text", { sectionsFirst: true, text: 20 * MB }, {}],
    ["names in front of the dynamic segment, far inside", { text: 12 * MB }, {}],
    ["names that have gone by", { text: 12 * MB, padding: 12 * MB }, UNKNOWN()],
  ])("of a large file: %s", (_, file, told) => {
    const bytes = dynamicElf({ ...FULL, symbols: true, ...file });
    for (const chunk of [bytes.length - 1, 65_536, 1_000_003])
      expect(contentOf(bytes, chunk).elf).toEqual({ ...TOLD, stripped: false, ...told });
  });

  function UNKNOWN(): object {
    return { needed: null, rpath: [], runpath: [] };
  }
});

describe("what it is", () => {
  const INTERPRETER = { interpreter: "/lib/ld.so" };
  test.each<[string, DynamicFile]>([
    ["program", { type: 2 }],
    ["program", { type: 2, ...INTERPRETER }],
    ["program", INTERPRETER],
    ["program", { pie: true }],
    ["program", { ...INTERPRETER, pie: true, soname: "x" }],
    ["library", {}],
    ["library", { soname: "libx.so.1" }],
    ["library", { ...INTERPRETER, soname: "libc.so.6" }], // tells its version when it is run
    ["object", { type: 1 }],
    ["object", { type: 4 }],
  ])("a %s: %j", (kind, file) => {
    expect(contentOf(dynamicElf(file)).elf?.kind).toBe(kind);
  });

  test("a library is one whatever its mode, a Go program is told of modules when it may be executed", () => {
    expect(contentOf(dynamicElf({ soname: "x" }), 100, 0o644).elf?.soname).toBe("x");
    expect(contentOf(elf(), 100, 0o644)).toMatchObject({ elf: { interpreter: null } });
    expect(contentOf(elf(), 100, 0o644).packages).toBeUndefined();
    expect(contentOf(elf(), 100, 0o755).packages).toHaveLength(2);
  });
});

test("the crates that cargo-auditable lists", () => {
  const list = { packages: [{ name: "serde", version: "1.0.0", source: "registry" }] };
  const section = [".dep-v0", deflateSync(JSON.stringify(list))] as const;
  for (const file of [{ section }, { section, padding: 12 << 20 }, { section, symbols: true }]) {
    expect(contentOf(dynamicElf({ type: 2, ...file })).packages).toMatchObject([
      { kind: "cargo", name: "serde", version: "1.0.0", path: "/x" },
    ]);
  }
  expect(contentOf(dynamicElf({ section: [".dep-v1", section[1]] })).packages).toBeUndefined();
});

test("the folders that glibc's loader was built with", () => {
  const folders = "/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/\0";
  const interpreter = `/lib64/ld.so\0${folders}`;
  const loader = dynamicElf({ interpreter, soname: "ld-linux-x86-64.so.2" });
  expect(contentOf(loader).libraryFolders).toEqual([
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib",
    "/usr/lib",
  ]);
  const other = dynamicElf({ interpreter, soname: "libx.so.2" });
  expect(contentOf(other).libraryFolders).toBeUndefined();
});

describe("scripts", () => {
  test.each([
    ["#!/bin/sh\nexit\n", "/bin/sh"],
    ["#! /usr/bin/env -S python3 -u\r\n", "/usr/bin/env -S python3 -u\r"],
    ["#!/bin/sh", "/bin/sh"],
    [`#!/${"x".repeat(1000)}\n`, `/${"x".repeat(253)}`],
    ["#!\n", undefined],
    ["#", undefined],
    ["##!/bin/sh\n", undefined],
  ])("%j", (text, interpreter) => {
    for (const chunk of [1, 7, 65_536])
      expect(contentOf(Buffer.from(text), chunk).interpreter).toBe(interpreter);
    expect(contentOf(Buffer.from(text), 100, 0o644)).toEqual({});
  });
});

test("damaged files give something or nothing, and never fail", () => {
  const whole = dynamicElf({ ...FULL, symbols: true, section: [".dep-v0", Buffer.alloc(30)] });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.integer({ min: 1, max: whole.length }),
      fc.integer({ min: 1, max: 200 }),
      (changes, length, chunk) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        const { elf: told } = contentOf(bytes, chunk);
        if (told) expect(JSON.stringify(told).length).toBeLessThan(10_000);
      },
    ),
    { numRuns: 2000 },
  );
});
