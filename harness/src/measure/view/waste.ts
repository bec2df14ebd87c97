import type { Waste } from "../../model/inspection.ts";
import type { Lost } from "../tree/merge.ts";

const MOST_PATHS = 50;

/** What layers store in vain: files that a later layer, or the same one again, replaced or deleted. */
export function wasteOf(lost: readonly Lost[]): Waste {
  const paths = new Map<string, { bytes: number; copies: number }>();
  let bytes = 0;
  for (const it of lost) {
    bytes += it.bytes;
    const at = paths.get(it.path);
    paths.set(it.path, { bytes: (at?.bytes ?? 0) + it.bytes, copies: (at?.copies ?? 0) + 1 });
  }
  const worst = [...paths].sort(
    ([a, { bytes: x }], [b, { bytes: y }]) => y - x || (a < b ? -1 : a > b ? 1 : 0),
  );
  return {
    bytes,
    files: lost.length,
    paths: worst.slice(0, MOST_PATHS).map(([path, it]) => ({ path, ...it })),
  };
}
