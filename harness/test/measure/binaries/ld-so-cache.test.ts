import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { cachedLibraries } from "../../../src/measure/binaries/ld-so-cache.ts";
import { ldSoCache } from "../fixtures/ld-so-cache.ts";

const LIBRARIES = { "libz.so.1": "/lib/x86_64-linux-gnu/libz.so.1", "libx.so": "/opt/libx.so" };
const TOLD = Object.entries(LIBRARIES).map(([name, path]) => ({ name, path }));

test.each([{}, { big: true }, { old: true }, { old: true, big: true }])("read: %j", (form) => {
  expect(cachedLibraries(ldSoCache(LIBRARIES, form))).toEqual(TOLD);
});

describe("nothing is read, and nothing fails", () => {
  const whole = ldSoCache(LIBRARIES);
  test.each([
    ["no bytes", Buffer.alloc(0)],
    ["something else", Buffer.alloc(500, "x")],
    ["the old format alone", ldSoCache(LIBRARIES, { old: true }).subarray(0, 32)],
    ["one cut off in its entries", whole.subarray(0, 60)],
  ])("%s", (_, bytes) => {
    expect(cachedLibraries(bytes)).toEqual([]);
  });

  test("strings outside of the file", () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(0xffff_ffff, 48 + 8);
    expect(cachedLibraries(bytes)).toEqual(TOLD.slice(1));
  });

  test("strings that many share do not make much of little", () => {
    const many = ldSoCache(
      Object.fromEntries(
        Array.from({ length: 1000 }, (_, n) => [`lib${n}`, `/${"x".repeat(4000)}`]),
      ),
    );
    const last = many.readUInt32LE(48 + 999 * 24 + 8);
    const shared = Buffer.from(many.subarray(0, 48 + 1000 * 24 + 20_000));
    many.copy(shared, 48 + 1000 * 24, last);
    for (let n = 0; n < 1000; n++) shared.writeUInt32LE(48 + 1000 * 24, 48 + n * 24 + 8);
    for (let n = 0; n < 1000; n++) shared.writeUInt32LE(48 + 1000 * 24, 48 + n * 24 + 4);
    const length = cachedLibraries(shared).reduce((sum, { path }) => sum + path.length, 0);
    expect(length).toBeLessThan(shared.length + 5000);
  });
});
