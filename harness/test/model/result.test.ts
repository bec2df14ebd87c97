import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exitCode, worst, type Verdict } from "../../src/model/result.ts";

const verdict = fc.constantFrom<Verdict>("same", "differs", "unproven");

test.each([
  ["same", 0],
  ["differs", 1],
  ["unproven", 2],
] as const)("%s leaves with %d", (it, code) => {
  expect(exitCode(it)).toBe(code);
});

describe("worst", () => {
  test.each<[readonly Verdict[], Verdict]>([
    [[], "same"],
    [["same", "same"], "same"],
    [["same", "differs", "same"], "differs"],
    [["differs", "unproven", "same"], "unproven"],
  ])("of %j is %s", (verdicts, expected) => {
    expect(worst(verdicts)).toBe(expected);
  });

  test("order plays no part, and no verdict is worse than the worst", () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), (verdicts) => {
        expect(worst(verdicts)).toBe(worst(verdicts.toReversed()));
        expect(exitCode(worst(verdicts))).toBe(Math.max(...verdicts.map(exitCode)));
      }),
    );
  });
});
