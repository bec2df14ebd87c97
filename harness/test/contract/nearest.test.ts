import fc from "fast-check";
import { expect, test } from "vitest";
import { distance, nearest, suggestion } from "../../src/contract/nearest.ts";

test.each([
  ["exepct", "expect", 1],
  ["expect", "expect", 0],
  ["", "abc", 3],
  ["kitten", "sitting", 3],
  ["readonly", "readOnly", 0],
  ["ca", "abc", 3],
])("from %j to %j it is %i", (from, to, steps) => {
  expect(distance(from, to)).toBe(steps);
});

const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });

test("it is the same both ways, and never more than a rewrite", () => {
  fc.assert(
    fc.property(word, word, (one, other) => {
      expect(distance(one, other)).toBe(distance(other, one));
      expect(distance(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length));
      expect(distance(one, other) === 0).toBe(one === other);
    }),
  );
});

test("dropping, doubling or swapping letters costs one each", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(..."abcdef"), { minLength: 3 }),
      fc.nat(),
      (letters, at) => {
        const i = at % (letters.length - 1);
        const text = letters.join("");
        expect(distance(text, letters.toSpliced(i, 1).join(""))).toBe(1);
        expect(distance(text, letters.toSpliced(i, 0, "x").join(""))).toBe(1);
        expect(
          distance(text, letters.toSpliced(i, 2, letters[i + 1] ?? "", letters[i] ?? "").join("")),
        ).toBe(1);
      },
    ),
  );
});

test("the nearest option, by edits or as a beginning", () => {
  const keys = ["exit", "stdout", "stdoutMatches", "stderr"];
  expect(nearest("stdot", keys)).toBe("stdout");
  expect(nearest("exit_code", keys)).toBe("exit");
  expect(nearest("std", keys)).not.toBeNull();
  expect(nearest("colour", keys)).toBeNull();
  expect(nearest("x".repeat(1_000_000), keys)).toBeNull();
});

test("when nothing is near, all options are named", () => {
  expect(suggestion("prot", ["port", "log"])).toBe('; did you mean "port"?');
  expect(suggestion("colour", ["port", "log"])).toBe("; known here: port, log");
});
