import { wrap } from "slimproof";
import type { Look } from "./look.ts";

/** Lines of a hint, so that it leaves what was found its room. */
const HINT_ROWS = 5;

/** What of a hint there is room for, on one line. */
export function shownOf(hint: string, columns: number, look: Look): string {
  return hintRows(hint, columns, look).slice(0, HINT_ROWS).join(" ");
}

function hintRows(hint: string, columns: number, look: Look): string[] {
  return wrap(hint, columns - look.hint.length - 4);
}

/** Advice that stands out, cut to its share of the room unless `isWhole`. */
export function hintLines(hint: string, columns: number, look: Look, isWhole = false): string[] {
  const indent = " ".repeat(look.hint.length + 2);
  const lines = hintRows(hint, columns, look);
  const shown = isWhole ? lines : lines.slice(0, HINT_ROWS);
  if (shown.length < lines.length) shown[shown.length - 1] += ` ${look.more}`;
  return shown.map((line, at) =>
    look.paint("cyan", at === 0 ? ` ${look.hint} ${line}` : `${indent}${line}`),
  );
}
