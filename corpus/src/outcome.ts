/** What came of checking a case, held against what was expected of it. Pure. */
import type { Difference, PairResult } from "slimproof";
import type { Case } from "./cases.ts";

export interface Outcome {
  readonly name: string;
  readonly pair: PairResult;
  /** Whether the verdict is the expected one and, for `differs`, the probe shows it. */
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
export function outcomeOf({ name, expected }: Case, pair: PairResult): Outcome {
  const open = pair.differences.filter((it) => it.accepted === null);
  const shown = open.filter((it) => it.probe === expected.probe);
  const named = [...new Set(shown.flatMap((it) => it.causes.slice(0, 1).map(({ id }) => id)))];
  const wanted = (id: string): boolean => expected.causes.includes(id);
  return {
    name,
    pair,
    verdict:
      pair.verdict === expected.verdict && (expected.verdict !== "differs" || shown.length > 0),
    cause: expected.verdict === "differs" ? named.length > 0 && named.every(wanted) : null,
    named,
    falseAlarms:
      expected.verdict === "same"
        ? open
        : expected.only
          ? open.filter((it) => it.probe !== expected.probe)
          : [],
  };
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
