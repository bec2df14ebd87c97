import type { Hunk, Range } from "./align.ts";
import type { Token } from "./tokens.ts";

/** A spinner of ten frames of six tokens each, and some. */
const LONGEST_PERIOD = 64;

/**
 * Where one run has more of what repeats itself than the other, how often is noise, down to once: all of it may be missing
 * in a third run but its last, as the frames of a spinner on a busy machine.
 * Such hunks are marked.
 */
export function repetitions(
  first: readonly Token[],
  other: readonly Token[],
  hunks: readonly Hunk[],
): readonly Range[] {
  let shift = 0; // from a place in the first to that in the other
  return hunks.flatMap((hunk): readonly Range[] => {
    const { start, end, tokens: more } = hunk;
    const at = start + shift;
    shift += more.length - (end - start);
    if (more.length > 0 && end > start) return []; // something else, not more of the same
    const [longer, from, length] =
      more.length > 0 ? [other, at, more.length] : [first, start, end - start];
    const range = repetition(longer, from, from + length);
    if (range === null) return [];
    hunk.isAgain = true;
    return [
      {
        start: Math.max(0, start - (from - range.start)),
        end: Math.min(first.length, end + (range.end - from - length)),
      },
    ];
  });
}

/** As far around a range as tokens repeat themselves with one period, two of which there must be; null where they do not. */
function repetition(all: readonly Token[], start: number, end: number): Range | null {
  const isAgain = (at: number, period: number): boolean =>
    at >= period && all[at] !== undefined && all[at]?.text === all[at - period]?.text;
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    let [from, to] = [end, end];
    while (isAgain(from - 1, period)) from--;
    if (from > start) continue;
    while (isAgain(to, period)) to++;
    if (to - from >= period) return { start: from - period, end: to };
  }
  return null;
}
