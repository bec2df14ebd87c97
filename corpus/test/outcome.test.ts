/** What counts as right. */
import type { Difference, PairResult } from "slimproof";
import { describe, expect, test } from "vitest";
import type { Case, Expected } from "../src/cases.ts";
import { outcomeOf, passes, scoreOf } from "../src/outcome.ts";

const BREAKAGE: Expected = {
  verdict: "differs",
  probe: "greets",
  causes: ["missing-file"],
  facts: [],
  claims: [],
  only: false,
};
const LOOK_ALIKE: Expected = {
  verdict: "same",
  probe: null,
  causes: [],
  facts: [],
  claims: [],
  only: false,
};

describe("a breakage", () => {
  test("is right when its probe differs for the expected cause", () => {
    const outcome = outcomeOf(
      caseOf(BREAKAGE),
      pairOf("differs", [from("greets", "missing-file")]),
    );
    expect(outcome).toMatchObject({ verdict: true, cause: true, falseAlarms: [] });
  });

  test("is wrong when only another probe differs", () => {
    const outcome = outcomeOf(caseOf(BREAKAGE), pairOf("differs", [from("image", "missing-file")]));
    expect(outcome).toMatchObject({ verdict: false, cause: false });
  });

  test("has a wrong cause when none is named, when another comes first, and when one of its facts names another", () => {
    for (const causes of [[[]], [["no-tmp", "missing-file"]], [["missing-file"], ["no-tmp"]]]) {
      const differences = causes.map((ids) => from("greets", ...ids));
      const outcome = outcomeOf(caseOf(BREAKAGE), pairOf("differs", differences));
      expect(outcome).toMatchObject({ verdict: true, cause: false });
    }
  });

  test("may differ in another probe too, unless `only` says otherwise", () => {
    const pair = pairOf("differs", [from("greets", "missing-file"), from("image")]);
    expect(outcomeOf(caseOf(BREAKAGE), pair).falseAlarms).toEqual([]);
    const strict = outcomeOf(caseOf({ ...BREAKAGE, only: true }), pair);
    expect(strict.falseAlarms.map(({ probe }) => probe)).toEqual(["image"]);
  });
});

test("each difference of a look-alike is a false alarm, unless it was accepted", () => {
  const accepted = { ...from("image"), accepted: "on purpose" };
  const good = outcomeOf(caseOf(LOOK_ALIKE), pairOf("same", [accepted]));
  expect(good).toMatchObject({ verdict: true, cause: null, falseAlarms: [] });
  const bad = outcomeOf(caseOf(LOOK_ALIKE), pairOf("differs", [accepted, from("greets")]));
  expect(bad).toMatchObject({ verdict: false, falseAlarms: [{ probe: "greets" }] });
});

test("it passes with all verdicts, no false alarm, and 95 of 100 causes", () => {
  const score = { cases: 40, verdicts: 40, withCause: 20, causes: 19, falseAlarms: 0 };
  expect(passes(score)).toBe(true);
  expect(passes({ ...score, causes: 18 })).toBe(false);
  expect(passes({ ...score, verdicts: 39 })).toBe(false);
  expect(passes({ ...score, falseAlarms: 1 })).toBe(false);
});

test("cases without a cause are no causes missed", () => {
  const same = outcomeOf(caseOf(LOOK_ALIKE), pairOf("same", []));
  const broken = outcomeOf(caseOf(BREAKAGE), pairOf("differs", [from("greets", "no-tmp")]));
  expect(scoreOf([same, broken])).toEqual({
    cases: 2,
    verdicts: 2,
    withCause: 1,
    causes: 0,
    falseAlarms: 0,
  });
});

function caseOf(expected: Expected): Case {
  return { name: "a case", folder: "corpus/a", contract: {} as Case["contract"], expected };
}

function pairOf(verdict: PairResult["verdict"], differences: readonly Difference[]): PairResult {
  return { verdict, differences, claims: [] } as unknown as PairResult;
}

function from(probe: string, ...causes: readonly string[]): Difference {
  return {
    probe,
    fact: "stdout",
    baseline: "1",
    candidate: "2",
    causes: causes.map((id) => ({ id, evidence: "" })),
    accepted: null,
  } as unknown as Difference;
}
