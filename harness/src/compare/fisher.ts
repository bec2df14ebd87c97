import type { Rate } from "../model/result.ts";

/**
 * Fisher's exact test, two-sided: how likely it is that two rates come out at least as far apart as these, when both are of
 * one and the same program. The sum of the chances of all tables with these sums that are no likelier than the one seen
 * (R. A. Fisher, Statistical Methods for Research Workers, 5th edition, 1934, section 21.02; two-sided as R's fisher.test).
 */
export function likelihood(one: Rate, other: Rate): number {
  const departing = one.runs + other.runs;
  const all = logChoices(one.of + other.of, departing);
  const chance = (runs: number): number =>
    Math.exp(logChoices(one.of, runs) + logChoices(other.of, departing - runs) - all);
  const seen = chance(one.runs);
  let sum = 0;
  for (let runs = Math.max(0, departing - other.of); runs <= Math.min(one.of, departing); runs++) {
    const likely = chance(runs);
    if (likely <= seen * (1 + 1e-7)) sum += likely; // what is equal may differ by rounding
  }
  return Math.min(1, sum);
}

/** The logarithm of n over k. */
function logChoices(n: number, k: number): number {
  let sum = 0;
  for (let at = 1; at <= k; at++) sum += Math.log(n - k + at) - Math.log(at);
  return sum;
}
