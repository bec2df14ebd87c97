import { cut, harmless } from "slimproof";
import type { Look } from "./look.ts";

/** Longest file of which the changed lines are matched: what that takes grows with the square of its lines. */
const MATCHED = 1000;
/** Equal lines shown around a change. */
const AROUND = 2;

interface Line {
  readonly sign: "-" | "+" | " ";
  readonly text: string;
}

/** How one text became another, line by line; empty when it did not change. */
export function lineDiff(before: string, after: string, columns: number, look: Look): string[] {
  const lines = changes(before.split("\n"), after.split("\n"));
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((it) => it.sign !== " "),
  );
  return lines.flatMap(({ sign, text }, at) => {
    if (!near[at]) return near[at - 1] ? [look.paint("dim", `   ${look.more}`)] : [];
    const shown = cut(` ${sign} ${harmless(text)}`.trimEnd(), columns - 1);
    if (sign === "-") return [look.paint("red", shown)];
    return [sign === "+" ? look.paint("green", shown) : look.paint("dim", shown)];
  });
}

/** The longest common subsequence stays, by the usual table. */
function changes(before: readonly string[], after: readonly string[]): readonly Line[] {
  const removed = (lines: readonly string[]): Line[] => lines.map((text) => ({ sign: "-", text }));
  const added = (lines: readonly string[]): Line[] => lines.map((text) => ({ sign: "+", text }));
  if (Math.max(before.length, after.length) > MATCHED) return [...removed(before), ...added(after)];
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--)
    for (let column = after.length - 1; column >= 0; column--)
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    const text = before[row] ?? "";
    if (text === after[column]) {
      lines.push({ sign: " ", text });
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push({ sign: "-", text });
      row += 1;
    } else {
      lines.push({ sign: "+", text: after[column] ?? "" });
      column += 1;
    }
  }
  return [...lines, ...removed(before.slice(row)), ...added(after.slice(column))];
}
