import type { Spread } from "../model/rebuild.ts";

/** Median (of two in the middle, their mean), least and most of at least one value. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) throw new Error("nothing was measured"); // a mistake of ours
  const half = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(half)] ?? least) + (sorted[Math.ceil(half)] ?? most)) / 2;
  return { median, least, most };
}

/** Of all pairs of one run of each side, the share that must agree on which side is slower. */
const AGREEING = 0.9;

/**
 * Whether the values of one side are really larger than, or smaller than, the other's: Mann and Whitney's statistic, which
 * asks for no distribution. Five runs a side reach its bound by chance in 3 of 100 cases, three in 10.
 */
export function differ(some: readonly number[], others: readonly number[]): boolean {
  const larger = some.flatMap((one) =>
    others.map((other) => (one > other ? 1 : one < other ? 0 : 0.5)),
  );
  const share = larger.reduce((sum: number, it) => sum + it, 0) / larger.length;
  return share >= AGREEING || share <= 1 - AGREEING;
}
