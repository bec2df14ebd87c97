import type { Body } from "./frame.ts";
import type { Look } from "./look.ts";

/** A page of a body, and how many there are. */
export interface Page {
  readonly lines: readonly string[];
  readonly at: number;
  readonly count: number;
}

/**
 * The first page holds what tells most, cut to its room; those behind it hold all that it left out, in order. A number
 * beyond the last begins anew.
 */
export function pageOf(body: Body, rows: number, number: number, look: Look): Page {
  const first = fit(body, rows, look);
  const whole = body.whole ?? linesOf(body);
  if (same(first, whole)) return { lines: first, at: 0, count: 1 };
  const shown = first.findIndex((line, at) => line !== whole[at]);
  const behind = chunks(whole.slice(Math.max(0, shown)), rows, look);
  const at = number % (behind.length + 1);
  return { lines: behind[at - 1] ?? first, at, count: behind.length + 1 };
}

/** All lines of a body, as they stand below each other where there is room. */
export function linesOf({ top, latest = [], bottom }: Body): readonly string[] {
  return [...top, ...latest, ...bottom];
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}

function chunks(lines: readonly string[], rows: number, look: Look): readonly string[][] {
  const found: string[][] = [];
  // A blank above each sets it off from the frame.
  for (let left = unpadded(lines); left.length > 0;) {
    const fits = left.length < rows;
    const taken = fits ? left : left.slice(0, rows - 2);
    left = unpadded(left.slice(taken.length));
    found.push(["", ...taken, ...(left.length > 0 ? [told(left.length, "more", look)] : [])]);
  }
  return found;
}

function unpadded(lines: readonly string[]): readonly string[] {
  const from = lines.findIndex((line) => line !== "");
  return from < 0 ? [] : lines.slice(from);
}

/** Cuts what there is no room for, and says how much that was. */
export function fit({ top, latest = [], bottom }: Body, rows: number, look: Look): string[] {
  const kept = bottom.slice(0, Math.max(1, rows - 3));
  const room = rows - kept.length;
  if (top.length + latest.length <= room) return [...top, ...latest, ...kept];
  const end = room - top.length - 1;
  if (end > 0 && latest.length > end)
    return [...top, told(latest.length - end, "earlier", look), ...latest.slice(-end), ...kept];
  const shown = Math.max(0, room - 1);
  const left = top.length + latest.length - shown;
  return [...top.slice(0, shown), told(left, "more", look), ...kept];
}

function told(count: number, where: string, look: Look): string {
  return look.paint("dim", ` ${look.more} ${count} ${where} ${count === 1 ? "line" : "lines"}`);
}
