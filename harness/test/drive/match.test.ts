import { expect, test } from "vitest";
import { endOfMatch, readable } from "../../src/drive/match.ts";

/** What is left after the match, null when there was none. */
function after(text: string, wanted: string | RegExp, from = 0): string | null {
  const end = endOfMatch(text, from, wanted);
  return end === -1 ? null : text.slice(end);
}

test("a text is found as it was written, from the given place on", () => {
  expect(after("one two one two!", "two")).toBe(" one two!");
  expect(after("one two one two!", "two", 7)).toBe("!");
  expect(after("one", "two")).toBeNull();
  expect(after("\x1b[32mok\x1b[0m", "\x1b[32mo")).toBe("k\x1b[0m");
});

test("a text is found as it is read when escape sequences stand in it", () => {
  expect(after("\x1b[1mResult\x1b[0m: \x1b[38;5;2m3\x1b[0m!", "Result: 3")).toBe("\x1b[0m!");
  expect(after("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x07 b", "alink b")).toBe("");
  expect(after("one\r\ntwo\r\n", "one\ntwo")).toBe("\r\n");
  expect(after("x\x1b(B\x1b=\x1b7y", "xy")).toBe("");
});

test("a pattern is held against both, too", () => {
  expect(after("took 12 ms", /\d+/)).toBe(" ms");
  expect(after("took \x1b[1m12\x1b[0m ms", /took \d+/)).toBe("\x1b[0m ms");
  expect(after("took long", /\d+/)).toBeNull();
});

test("an escape sequence that has not come whole is not taken for text that was read", () => {
  expect(after("a\x1b[3", "ab")).toBeNull();
  expect(after("a\x1b[32mb", "ab")).toBe("");
});

test("escape sequences are left out of messages", () => {
  expect(readable("\x1b[2J\x1b[Hred: \x1b[31mx\x1b[0m\r\n")).toBe("red: x\n");
});
