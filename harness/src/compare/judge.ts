import type { Contract } from "../model/contract.ts";
import type { Observation, Unmet } from "../model/fact.ts";
import type { MeasuredImage, PairError, PairResult } from "../model/result.ts";
import { acceptDifferences } from "./accept.ts";
import { judgeClaims } from "./claims.ts";
import { configFacts, inheritedEnv } from "./config.ts";
import { compareFacts, type Comparison } from "./facts.ts";
import { NOISE_KINDS, type NoiseKind } from "./noise/pattern.ts";

export interface Evidence {
  readonly baseline: MeasuredImage;
  readonly candidate: MeasuredImage;
  /** At least two, in the order in which they were made. */
  readonly baselineRuns: readonly Observation[];
  readonly candidateRuns: readonly Observation[];
}

export type Judgement = Pick<
  PairResult,
  | "verdict"
  | "facts"
  | "noise"
  | "noiseWithin"
  | "unproven"
  | "differences"
  | "flaky"
  | "claims"
  | "notes"
  | "error"
>;

/** The judgement of a pair of which nothing can be told, for the reason given. */
export function unprovable(error: PairError): Judgement {
  return {
    verdict: "unproven",
    facts: 0,
    noise: [],
    noiseWithin: [],
    unproven: [],
    differences: [],
    flaky: [],
    claims: [],
    notes: [],
    error,
  };
}

/** Judges a candidate by what was observed and measured of it and of its baseline; `may` says which kinds of noise there are. */
export function judge(
  contract: Contract,
  name: string,
  evidence: Evidence,
  may: ReadonlySet<NoiseKind> = NOISE_KINDS,
): Judgement {
  const { baseline, candidate, baselineRuns, candidateRuns } = evidence;
  const broken = [...baselineRuns, ...candidateRuns].find((run) => run.broken)?.broken;
  if (broken) return unprovable(broken);
  const oracle = baselineError(baselineRuns);
  if (oracle) return unprovable(oracle);
  const config = configFacts(baseline.image, candidate.image);
  const comparison = compareFacts(
    baselineRuns.map((run) => ({ ...run, facts: [...config.baseline, ...run.facts] })),
    candidateRuns.map((run) => ({ ...run, facts: [...config.candidate, ...run.facts] })),
    may,
  );
  const differences = acceptDifferences(
    [...comparison.differences, ...unmetOnlyHere(candidateRuns, comparison)],
    contract.accept,
    name,
  );
  const claims = judgeClaims(contract.claims, baseline, candidate);
  const differs = differences.some((it) => it.accepted === null) || claims.some((it) => !it.holds);
  const doubt = differs ? null : doubtOf(contract, comparison, driven(baselineRuns));
  const [theirs, ours] = [baselineRuns, candidateRuns].map(
    (runs) => new Set(runs.flatMap((run) => run.notes)),
  ) as [Set<string>, Set<string>];
  const notes = [
    ...inheritedEnv(baseline.image, candidate.image),
    ...[...theirs].map((note) => (ours.has(note) ? `on both sides: ${note}` : `baseline: ${note}`)),
    ...[...ours].filter((note) => !theirs.has(note)),
  ];
  return {
    ...comparison,
    differences,
    claims,
    verdict: differs ? "differs" : doubt === null ? "same" : "unproven",
    notes,
    error: doubt === null ? null : { message: doubt, detail: [] },
  };
}

/** Whether more runs could change the judgement: it rests on a difference between programs that nobody asked for. */
export function isOpen(judgement: Judgement): boolean {
  return judgement.differences.some((it) => it.accepted === null && it.probe !== "image");
}

/**
 * Whether the candidate's own runs disagree where it differs: then the baseline may have the same noise and have shown
 * the same side of it each time (the order of a set of two, a coin), and has to be asked more often.
 */
export function isUnsettled(judgement: Judgement, runs: readonly Observation[]): boolean {
  const open = judgement.differences.filter((it) => it.accepted === null && it.probe !== "image");
  return (
    judgement.flaky.length > 0 ||
    open.some(({ probe, fact }) => {
      const values = runs.map(
        (run) => run.facts.find((it) => it.probe === probe && it.fact === fact)?.value ?? null,
      );
      return values.some((it) => it !== values[0]);
    })
  );
}

/** Why the baseline cannot serve as the oracle, null when it can. */
function baselineError(runs: readonly Observation[]): PairError | null {
  for (const run of runs) {
    const dead = run.facts.find((it) => it.fact === "start" && it.value !== "true");
    const [first, ...more] = run.unmet.toSorted((a, b) => rank(a) - rank(b));
    if (dead)
      return {
        message: `the baseline did not start${first ? `: ${first.message}` : ""}`,
        detail: run.notes,
      };
    if (first)
      return {
        message: `the baseline does not meet its own expectation: ${first.probe}: ${first.message}`,
        detail: more.map((it) => `${it.probe}: ${it.message}`),
      };
  }
  return null;
}

/** What the container itself did comes before what its probes missed for it. */
function rank(unmet: Unmet): number {
  return unmet.probe === "container" ? 0 : 1;
}

/** Expectations that only the candidate fails, of probes whose facts show no difference (they may all be noise). */
function unmetOnlyHere(
  runs: readonly Observation[],
  comparison: Comparison,
): Comparison["differences"] {
  const seen = new Set([...comparison.differences, ...comparison.flaky].map((it) => it.probe));
  return (runs.at(-1)?.unmet ?? [])
    .filter((it) => !seen.has(it.probe))
    .map((it) => ({
      probe: it.probe,
      fact: `expect.${it.expectation}`,
      baseline: "met",
      candidate: it.message,
      causes: [],
      accepted: null,
    }));
}

/** Why `same` would be said by omission or by luck, null when it can be said. */
function doubtOf(
  contract: Contract,
  comparison: Comparison,
  seen: ReadonlySet<string>,
): string | null {
  const [flaky] = comparison.flaky;
  if (flaky)
    return `flaky: ${flaky.probe}/${flaky.fact} differs in ${flaky.runs} of ${flaky.of} runs`;
  const { probes } = contract;
  const steady = probes.filter(({ name }) => seen.has(name) && !comparison.unproven.includes(name));
  if (probes.length > 0 && steady.length === 0)
    return "the baseline is so noisy that no probe was left to compare";
  return comparison.facts > comparison.noise.length ? null : "there was nothing to compare";
}

/** Names of the probes that gave facts: with `--only`, these are not all of the contract's. */
function driven(runs: readonly Observation[]): ReadonlySet<string> {
  return new Set(runs.flatMap((run) => run.facts.map((it) => it.probe)));
}
