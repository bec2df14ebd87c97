import type { Contract } from "../model/contract.ts";
import { factPath, type Fact, type Observation, type Unmet } from "../model/fact.ts";
import {
  ratesText,
  type Difference,
  type MeasuredImage,
  type PairError,
  type PairResult,
} from "../model/result.ts";
import { acceptDifferences } from "./accept.ts";
import { judgeClaims } from "./claims.ts";
import { configFacts, inheritedEnv } from "./config.ts";
import { compareFacts, differByCircumstance, type Comparison } from "./facts.ts";
import { difference, flakyFact } from "./flips.ts";
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
  const { flips, ...compared } = compareFacts(
    baselineRuns.map((run) => ({ ...run, facts: [...config.baseline, ...run.facts] })),
    candidateRuns.map((run) => ({ ...run, facts: [...config.candidate, ...run.facts] })),
    may,
  );
  const missed = unmetOnlyHere(candidateRuns, baselineRuns.length, compared);
  const flaky = acceptDifferences([...compared.flaky, ...missed.flaky], contract.accept, name);
  const comparison = { ...compared, flaky };
  const differences = acceptDifferences(
    [...compared.differences, ...missed.differences],
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
    ...flips.map((it) => `${factPath(it)} flips on both sides alike: in ${ratesText(it)}`),
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
  return openDifferences(judgement.differences).length > 0;
}

/**
 * Whether all that leaves a judgement open may be a clock that has moved on, or a machine that was slower: a later run of the
 * baseline is then likely to differ as well.
 */
export function isCircumstantial({ differences }: Judgement): boolean {
  return openDifferences(differences).every(
    ({ fact, baseline, candidate }) =>
      baseline !== null && candidate !== null && differByCircumstance(fact, baseline, candidate),
  );
}

function openDifferences(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter((it) => it.accepted === null && it.probe !== "image");
}

/** Seven runs of a coin all fall on one side once in 64 times, of a set's six orders once in 46,656. */
const FEWEST_MORE = 4;

/**
 * How many more runs of the baseline it takes to settle a judgement, 0 for none. Where the candidate's own runs disagree,
 * the baseline may have the same noise and have shown the same side of it each time (the order of a set of two, a coin). Of
 * what a candidate does in k of n runs, 3n / k runs of a baseline that does it as often show nothing once in 20 times (the
 * rule of three: J. A. Hanley and A. Lippman-Hand, If nothing goes wrong, is everything all right?, JAMA 249, 1983).
 */
export function settlingRuns(
  judgement: Judgement,
  runs: Pick<Evidence, "baselineRuns" | "candidateRuns">,
): number {
  const { baselineRuns, candidateRuns } = runs;
  const unseen = judgement.flaky.filter(
    ({ accepted, baseline }) => accepted === null && baseline.runs === 0,
  );
  const needed = unseen.map((it) => Math.ceil((3 * it.of) / it.runs) - baselineRuns.length);
  const torn = openDifferences(judgement.differences).some(({ probe, fact }) => {
    const values = candidateRuns.map(
      (run) => run.facts.find((it) => it.probe === probe && it.fact === fact)?.value ?? null,
    );
    return values.some((it) => it !== values[0]);
  });
  return torn || unseen.length > 0 ? Math.max(FEWEST_MORE, ...needed) : 0;
}

/** Why the baseline cannot serve as the oracle, null when it can. */
function baselineError(runs: readonly Observation[]): PairError | null {
  const isDead = ({ facts }: Observation): boolean =>
    facts.some((it) => it.fact === "start" && it.value !== "true");
  const failing = runs.filter((run) => isDead(run) || run.unmet.length > 0);
  const often =
    failing.length === runs.length ? "" : ` in ${failing.length} of ${runs.length} runs`;
  for (const run of failing) {
    const [first, ...more] = run.unmet.toSorted((a, b) => rank(a) - rank(b));
    if (isDead(run))
      return {
        message: `the baseline did not start${often}${first ? `: ${first.message}` : ""}`,
        detail: run.notes,
      };
    if (first)
      return {
        message: `the baseline does not meet its own expectation${often}: ${first.probe}: ${first.message}`,
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
  candidateRuns: readonly Observation[],
  baselineRuns: number,
  comparison: Pick<Comparison, "differences" | "flaky">,
): Pick<Comparison, "differences" | "flaky"> {
  const seen = new Set([...comparison.differences, ...comparison.flaky].map((it) => it.probe));
  const all = candidateRuns.flatMap((run) => run.unmet).filter((it) => !seen.has(it.probe));
  const missed = [...Map.groupBy(all, (it) => factPath(unmetFact(it))).values()].flatMap((them) => {
    const last = them.at(-1);
    const candidate = { runs: them.length, of: candidateRuns.length };
    const baseline = { runs: 0, of: baselineRuns };
    return last ? [{ ...unmetFact(last), baseline, candidate, message: last.message }] : [];
  });
  const often = (it: (typeof missed)[number]): boolean => it.candidate.runs * 2 > it.candidate.of;
  return {
    differences: missed.filter(often).map((it) => difference(it, "met", it.message)),
    flaky: missed.filter((it) => !often(it)).map((it) => flakyFact(it, "met", it.message)),
  };
}

function unmetFact({ probe, expectation }: Unmet): Pick<Fact, "probe" | "fact"> {
  return { probe, fact: `expect.${expectation}` };
}

/** Why `same` would be said by omission or by luck, null when it can be said. */
function doubtOf(
  contract: Contract,
  comparison: Omit<Comparison, "flips">,
  seen: ReadonlySet<string>,
): string | null {
  const flaky = comparison.flaky.find((it) => it.accepted === null);
  if (flaky)
    return `flaky: ${factPath(flaky)} differs in ${ratesText({ ...flaky, candidate: flaky })}`;
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
