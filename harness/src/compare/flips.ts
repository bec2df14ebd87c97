/** Facts that a program has otherwise now and then: how often each side does, and whether that is as often. */
import type { Fact } from "../model/fact.ts";
import type { Difference, Flaky, Rate, Rates } from "../model/result.ts";
import { likelihood } from "./fisher.ts";

/** A baseline that departs from its usual value more often than this has none: what it does there is noise. */
const SELDOM = 1 / 5;
/** With fewer runs a side, no rate is known well enough to be held against another. */
const FEWEST = 10;
/** How often, among all facts of a pair, rates that are the same may be taken for different ones. */
const MISTAKEN = 0.01;

type Value = string | null;
type Named = Pick<Fact, "probe" | "fact">;

interface Flip extends Rates {
  readonly usual: Value;
  /** Of the baseline's runs that were made in turns with the candidate's, under the same clock and load. */
  readonly alongside: Rate;
}

/** A fact of which the baseline has a usual value, and seldom others; the candidate has none that it may not have. */
export interface FlippingFact extends Named, Flip {
  /** Of each run; null where the fact is not there. */
  readonly values: readonly Value[];
  readonly ours: readonly Value[];
  readonly form: (value: Value) => Value;
}

/** How often each side departs from what the baseline usually has; null when that cannot be told or is never. */
export function flipOf(baseline: readonly Value[], candidate: readonly Value[]): Flip | null {
  if (Math.min(baseline.length, candidate.length) < FEWEST) return null;
  const usual = mostFrequent(baseline);
  const rate = (values: readonly Value[]): Rate => ({
    runs: values.filter((it) => it !== usual).length,
    of: values.length,
  });
  const all = rate(baseline);
  if (all.runs > all.of * SELDOM) return null;
  const alongside = rate(baseline.slice(0, candidate.length));
  return { usual, baseline: all, candidate: rate(candidate), alongside };
}

/**
 * Tells flips that are as frequent on both sides, as far as luck allows, from those that are not: these are flaky, and
 * differences when most runs of the candidate have what the baseline never had.
 */
export function heldApart(facts: readonly FlippingFact[]): {
  readonly differences: readonly Difference[];
  readonly flaky: readonly Flaky[];
  readonly flips: readonly (Named & Rates)[];
} {
  const differences: Difference[] = [];
  const flaky: Flaky[] = [];
  const flips: (Named & Rates)[] = [];
  for (const it of facts) {
    const { probe, fact, usual, form, values, ours, baseline, candidate } = it;
    const told = { probe, fact, baseline, candidate };
    const shown = values.find((value) => form(value) === usual) ?? null;
    const instead = ours.find((value) => form(value) !== usual) ?? null;
    const known = new Set(values.map(form));
    const unknown = ours.filter((value) => !known.has(form(value)));
    if (likelihood(it.alongside, candidate) >= MISTAKEN / facts.length) flips.push(told);
    else if (unknown.length * 2 > ours.length)
      differences.push(difference(told, shown, unknown[0] ?? null));
    else flaky.push(flakyFact(told, shown, instead));
  }
  return { differences, flaky, flips };
}

/** A difference that most runs of the candidate show; how many is told when that is not all, or the baseline flips too. */
export function difference(
  { probe, fact, baseline, candidate }: Named & Rates,
  usual: Value,
  instead: Value,
): Difference {
  const always = candidate.runs === candidate.of && baseline.runs === 0;
  const told = { probe, fact, baseline: usual, candidate: instead, causes: [], accepted: null };
  return always ? told : { ...told, rates: { baseline, candidate } };
}

export function flakyFact(
  { probe, fact, baseline, candidate }: Named & Rates,
  usual: Value,
  instead: Value,
): Flaky {
  return { probe, fact, ...candidate, baseline, usual, instead, accepted: null };
}

/** Of values that are equally frequent, the one that came first. */
function mostFrequent(values: readonly Value[]): Value {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? null;
}
