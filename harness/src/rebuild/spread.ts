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

/** Whether each median lies inside what the other's runs reached: then these runs tell no difference. */
export function overlap(one: Spread, other: Spread): boolean {
  const inside = (it: Spread, of: Spread): boolean => it.median >= of.least && it.median <= of.most;
  return inside(one, other) && inside(other, one);
}
