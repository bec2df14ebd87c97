/** What came of checking a case, held against what was expected of it. Pure. */
import type { Difference, PairResult } from "slimproof";
import type { Case } from "./cases.ts";

/** What is held against the expectation. */
export type Judged = Pick<PairResult, "verdict" | "differences" | "claims">;

export interface Outcome<Pair extends Judged = PairResult> {
  readonly name: string;
  readonly pair: Pair;
  /** Whether the verdict is the expected one, the probe and the facts show it, and the claims fail that must. */
  readonly verdict: boolean;
  /** Whether the first cause of the probe's differences is an expected one; null where no cause is expected. */
  readonly cause: boolean | null;
  /** The first causes that the probe's differences name, each once, in order. */
  readonly named: readonly string[];
  /** Differences that the conversion did not make. */
  readonly falseAlarms: readonly Difference[];
}

/** How many there are of each, and of how many. */
export interface Score {
  readonly cases: number;
  readonly verdicts: number;
  readonly withCause: number;
  readonly causes: number;
  readonly falseAlarms: number;
}

/** Judges a checked case. A difference that names another cause than its neighbours of the same probe makes the cause wrong. */
export function outcomeOf<Pair extends Judged>(
  { name, expected }: Pick<Case, "name" | "expected">,
  pair: Pair,
): Outcome<Pair> {
  const open = pair.differences.filter((it) => it.accepted === null);
  const shown = open.filter((it) => it.probe === expected.probe);
  const named = [...new Set(shown.flatMap((it) => it.causes.slice(0, 1).map(({ id }) => id)))];
  const wanted = (id: string): boolean => expected.causes.includes(id);
  const failing = pair.claims.filter(({ holds }) => !holds).map(({ claim }) => claim);
  return {
    name,
    pair,
    verdict:
      pair.verdict === expected.verdict &&
      (expected.probe === null || shown.length > 0) &&
      expected.facts.every((it) => open.some(({ probe, fact }) => it === `${probe}/${fact}`)) &&
      failing.toSorted().join("\n") === expected.claims.toSorted().join("\n"),
    cause: expected.probe === null ? null : named.length > 0 && named.every(wanted),
    named,
    falseAlarms:
      expected.verdict === "same" || expected.probe === null
        ? open
        : expected.only
          ? open.filter((it) => it.probe !== expected.probe)
          : [],
  };
}

/** Whether nothing is wrong with it. */
export function isRight({ verdict, cause, falseAlarms }: Outcome<Judged>): boolean {
  return verdict && cause !== false && falseAlarms.length === 0;
}

export function scoreOf(outcomes: readonly Outcome[]): Score {
  const causes = outcomes.flatMap(({ cause }) => (cause === null ? [] : [cause]));
  return {
    cases: outcomes.length,
    verdicts: outcomes.filter(({ verdict }) => verdict).length,
    withCause: causes.length,
    causes: causes.filter(Boolean).length,
    falseAlarms: outcomes.filter(({ falseAlarms }) => falseAlarms.length > 0).length,
  };
}

/** So many of a hundred causes must be right. */
const ENOUGH = 0.95;

/** Every verdict right, no false alarm, and enough causes. */
export function passes(score: Score): boolean {
  return (
    score.verdicts === score.cases &&
    score.falseAlarms === 0 &&
    score.causes >= ENOUGH * score.withCause
  );
}
