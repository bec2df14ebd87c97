import { structuredPatch } from "diff";
import type { Difference } from "../model/result.ts";
import { cut, harmless, type Paint } from "./text.ts";

/** Most lines of a diff that a terminal shows; the JSON report has the whole. */
const SHOWN = 16;

/** A difference as a block: probe and fact, the two sides as a coloured diff, and its causes. */
export function differenceLines(
  candidate: string,
  difference: Difference,
  paint: Paint,
  columns: number,
): string[] {
  const { probe, fact, baseline, candidate: theirs, causes } = difference;
  return [
    `    ${paint("red", "✗")} ${candidate}: ${paint("bold", harmless(probe))} ${harmless(fact)}`,
    ...diffLines(baseline, theirs).map((line) => {
      const shown = cut(`      ${line}`, columns);
      if (line.startsWith("-")) return paint("red", shown);
      return line.startsWith("+") ? paint("green", shown) : paint("dim", shown);
    }),
    ...causes.map(({ id, evidence }) => cut(`      ${id}: ${harmless(evidence)}`, columns)),
  ];
}

/** `-` the baseline's lines, `+` the candidate's, two lines of context; a side without the fact says so. */
export function diffLines(baseline: string | null, candidate: string | null): string[] {
  if (baseline === null) return ["- (not there)", ...sided("+", candidate ?? "")];
  if (candidate === null) return [...sided("-", baseline), "+ (not there)"];
  if (!baseline.includes("\n") && !candidate.includes("\n"))
    return [...sided("-", baseline), ...sided("+", candidate)];
  const { hunks } = structuredPatch("", "", baseline, candidate, "", "", { context: 2 });
  const lines = hunks.flatMap((hunk, at) => [
    ...(at > 0 ? ["  …"] : []),
    ...hunk.lines.map((line) => `${line.slice(0, 1)} ${harmless(line.slice(1))}`),
  ]);
  return lines.length <= SHOWN
    ? lines
    : [...lines.slice(0, SHOWN), `  … ${lines.length - SHOWN} more lines, see --json`];
}

function sided(sign: "-" | "+", value: string): string[] {
  const lines = value.split("\n");
  const shown = lines.slice(0, SHOWN / 2).map((line) => `${sign} ${harmless(line)}`);
  return lines.length > shown.length
    ? [...shown, `${sign} … ${lines.length - shown.length} more lines, see --json`]
    : shown;
}
