import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { cut, harmless, lineUp, painter, wrap } from "../../src/report/text.ts";

describe("harmless", () => {
  test.each([
    ["plain text stays: größer 漢字 🚀", "plain text stays: größer 漢字 🚀"],
    ["\u001b[31mred\u001b[0m", "\\e[31mred\\e[0m"],
    ["a\rb\tc\nd", "a\\rb\\tc\\nd"],
    ["\0\u0007\u007f\u009b", "\\u0000\\u0007\\u007f\\u009b"],
    ["bidi \u202e\u2066\u200f\u061c", "bidi \\u202e\\u2066\\u200f\\u061c"],
    ["invisible \u200b\u200d\ufeff\u00ad\u2028", "invisible \\u200b\\u200d\\ufeff\\u00ad\\u2028"],
    ["tag \u{e0041}", "tag \\u{e0041}"],
    ["blanks \u00a0\u2003|\u3000", "blanks \\u00a0\\u2003|\u3000"],
    ["half a character \ud83d", "half a character \\ud83d"],
  ])("%j is shown as %j", (text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  test("leaves nothing that a terminal obeys, turns round or hides", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(harmless(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe("cut", () => {
  test.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["", 3, ""],
    ["漢字漢字", 8, "漢字漢字"],
    ["漢字漢字", 7, "漢字漢…"],
    ["漢字漢字", 6, "漢字…"],
    ["🚀🚀🚀", 5, "🚀🚀…"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["👩🏽👩🏽", 3, "👩🏽…"],
  ])("%j to %d columns is %j", (line, columns, expected) => {
    expect(cut(line, columns)).toBe(expected);
  });

  test("never takes more columns than there are, and changes nothing that fits", () => {
    const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (line, columns) => {
        const shown = cut(harmless(line), columns);
        expect(stringWidth(shown)).toBeLessThanOrEqual(columns);
        if (stringWidth(harmless(line)) <= columns) expect(shown).toBe(harmless(line));
      }),
    );
  });

  test("of a megabyte takes no time", () => {
    const began = performance.now();
    expect(cut("漢".repeat(1_000_000), 10)).toBe("漢漢漢漢…");
    expect(cut(`a${"\u0301".repeat(1_000_000)}`, 10)).toMatch(/…$/);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("wrap", () => {
  test("breaks at blanks and line ends, and cuts what is longer than a line", () => {
    expect(wrap("one two  three\nfour", 9)).toEqual(["one two", "three", "four"]);
    expect(wrap("a bcdefghijkl m", 5)).toEqual(["a", "bcde…", "m"]);
    expect(wrap(" \n ", 5)).toEqual([]);
    expect(wrap("漢字 漢字", 5)).toEqual(["漢字", "漢字"]);
    expect(wrap("a\u001b[1mb", 20)).toEqual(["a\\e[1mb"]);
  });
});

test("names of a column are as wide as the widest, at most 20", () => {
  expect(lineUp(["a", "漢字", "abc"])).toEqual(["a   ", "漢字", "abc "]);
  expect(lineUp(["x", "registry.example/team/app:1.4"])).toEqual([
    "x                   ",
    "registry.example/te…",
  ]);
  expect(lineUp([])).toEqual([]);
});

test("paints only when asked to", () => {
  expect(painter(false)("red", "x")).toBe("x");
  expect(painter(true)("red", "x")).toBe("\u001b[31mx\u001b[39m");
});
