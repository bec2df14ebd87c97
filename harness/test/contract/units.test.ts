import fc from "fast-check";
import { expect, test } from "vitest";
import {
  parseBound,
  parseCountBound,
  parseDuration,
  parseSize,
  parseSizeBound,
} from "../../src/contract/units.ts";
import { InputError } from "../../src/model/error.ts";

test.each([
  ["250ms", 250],
  ["5s", 5_000],
  ["2m", 120_000],
  ["1.5 s", 1_500],
  ["1ms", 1],
  ["1440m", 86_400_000],
])("the duration %s is %i ms", (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(["", "5", "s", "5 sec", "5S", "0s", "0.4ms", "-5s", "1441m", "1h", "5s ", "1e3s", ".5s"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

test.each([
  ["512m", 512 * 1024 * 1024],
  ["1g", 1024 ** 3],
  ["1.5G", 1.5 * 1024 ** 3],
  ["64k", 65_536],
  ["100b", 100],
  ["30 MB", 30_000_000],
  ["30MB", 30_000_000],
  ["1.5 GB", 1_500_000_000],
  ["20 kB", 20_000],
  ["0b", 0],
])("the size %s is %i bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(["", "512", "m", "512 MiB", "-1m", "1,5 GB", "30  MB", "1 TB", `${"9".repeat(30)}g`])(
  "%j is no size",
  (text) => {
    expect(parseSize(text)).toBeNull();
  },
);

test.each([
  ["smaller", { kind: "less" }],
  ["< 25%", { kind: "percent", below: 25 }],
  ["<0.5 %", { kind: "percent", below: 0.5 }],
  ["< 110%", { kind: "percent", below: 110 }],
  ["< 30 MB", { kind: "absolute", below: 30_000_000 }],
  ["< 512m", { kind: "absolute", below: 536_870_912 }],
])("the bound %s", (text, bound) => {
  expect(parseSizeBound(text)).toEqual(bound);
  expect(parseBound(text)).toEqual(bound);
});

test.each(["", "25%", "> 25%", "<= 25%", "< 0%", "< 0 MB", "fewer", "Smaller", "< 20", "<  5%"])(
  "%j is no bound on bytes",
  (text) => {
    expect(parseSizeBound(text)).toBeNull();
    expect(() => parseBound(text)).toThrow(InputError);
  },
);

test("a bound on a count", () => {
  expect(parseCountBound("fewer")).toEqual({ kind: "less" });
  expect(parseCountBound("< 20")).toEqual({ kind: "absolute", below: 20 });
  expect(
    ["smaller", "< 5%", "< 0", "< 1.5", "20", `< ${"9".repeat(30)}`].map(parseCountBound),
  ).toEqual([null, null, null, null, null, null]);
});

test("whole milliseconds come back from every unit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1440 }), (count) => {
      expect(parseDuration(`${count}ms`)).toBe(count);
      expect(parseDuration(`${count}s`)).toBe(count * 1_000);
      expect(parseDuration(`${count}m`)).toBe(count * 60_000);
    }),
  );
});

test("any text is a value or null, never a crash and never what is no number", () => {
  const pieces = fc.array(fc.constantFrom("<", " ", "5", ".", "m", "MB", "%", "s", "e", "-", "9"));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((list) => list.join("")),
      ),
      (text) => {
        expect(parseDuration(text) ?? 1).toBeGreaterThan(0);
        expect(parseSize(text) ?? 0).toBeGreaterThanOrEqual(0);
        for (const bound of [parseSizeBound(text), parseCountBound(text)]) {
          expect(bound && bound.kind !== "less" ? bound.below : 1).toBeGreaterThan(0);
        }
      },
    ),
  );
});
