import { structuredPatch } from "diff";
import { ratesText, type Cause, type Difference, type Flaky } from "../model/result.ts";
import { cut, harmless, widthOf, wrap, type Paint } from "./text.ts";

/** Most lines of a diff that a terminal shows; the JSON report has the whole. */
const SHOWN = 16;
/** Most changed lines that are matched with each other: the time that takes grows with their square. */
const MATCHED = 500;

/**
 * A difference as a block: probe and fact, the two sides as a coloured diff, and its causes, the likeliest first, with what
 * mends it. Causes that are in `told` were shown before and get no more than their name; those shown are added to it.
 */
export function differenceLines(
  candidate: string,
  difference: Difference,
  paint: Paint,
  columns: number,
  told: Set<string> = new Set(),
): string[] {
  const { baseline, candidate: theirs, causes, rates } = difference;
  return [
    headLine(candidate, difference, paint("red", "✗"), paint, columns),
    ...(rates ? [`      in ${ratesText(rates)}`] : []),
    ...sideLines(baseline, theirs, paint, columns),
    ...causes.flatMap((cause, at) => causeLines(cause, at, columns, told)),
  ];
}

/** A fact that differs now and then as a block: how often on each side, what it usually is and what it was instead. */
export function flakyLines(
  candidate: string,
  flaky: Flaky,
  paint: Paint,
  columns: number,
): string[] {
  return [
    headLine(candidate, flaky, paint("yellow", "?"), paint, columns),
    `      in ${ratesText({ ...flaky, candidate: flaky })}`,
    ...sideLines(flaky.usual, flaky.instead, paint, columns),
  ];
}

function headLine(
  candidate: string,
  { probe, fact }: Pick<Difference, "probe" | "fact">,
  mark: string,
  paint: Paint,
  columns: number,
): string {
  const who = cut(harmless(candidate), 20);
  const what = cut(harmless(probe), 40);
  const room = columns - "    ✗ :  ".length - widthOf(who) - widthOf(what);
  return `    ${mark} ${who}: ${paint("bold", what)} ${cut(harmless(fact), room)}`;
}

function sideLines(
  baseline: string | null,
  candidate: string | null,
  paint: Paint,
  columns: number,
): string[] {
  return diffLines(baseline, candidate).map((line) => {
    const shown = cut(`      ${line}`, columns);
    if (line.startsWith("-")) return paint("red", shown);
    return line.startsWith("+") ? paint("green", shown) : paint("dim", shown);
  });
}

function causeLines(
  { id, evidence, mend }: Cause,
  at: number,
  columns: number,
  told: Set<string>,
): string[] {
  const key = `${id}: ${evidence}`;
  if (told.has(key)) return at > 0 ? [] : indented(`cause  ${id}, as above`, columns);
  told.add(key);
  return [
    ...indented(`${at > 0 ? "or" : "cause"}  ${key}`, columns),
    ...(mend === null ? [] : indented(`mend  ${mend}`, columns)),
  ];
}

/** Under the first word, which says what follows. */
function indented(text: string, columns: number): string[] {
  const [head = "", ...rest] = text.split("  ");
  const lines = wrap(rest.join("  "), columns - 14);
  return lines.map((line, at) => `      ${(at === 0 ? head : "").padEnd(7)}${line}`);
}

/** `-` the baseline's lines, `+` the candidate's, two lines of context; a side without the fact says so. */
export function diffLines(baseline: string | null, candidate: string | null): string[] {
  if (baseline === null) return ["- (not there)", ...sided("+", candidate ?? "")];
  if (candidate === null) return [...sided("-", baseline), "+ (not there)"];
  const changes = patch(baseline, candidate) ?? replaced(baseline, candidate);
  const lines = focused(changes).map(
    ({ sign, text }) => `${sign} ${harmless(text.slice(0, 1000))}${text.length > 1000 ? "…" : ""}`,
  );
  return lines.length <= SHOWN
    ? lines
    : [...lines.slice(0, SHOWN), `  … ${lines.length - SHOWN} more lines, see --json`];
}

const SIGNS = ["-", "+", " "] as const;

interface Line {
  readonly sign: (typeof SIGNS)[number];
  readonly text: string;
}

const GAP: Line = { sign: " ", text: "…" };

/** The changed lines with their surroundings; null when the two have too little in common, or a side is empty. */
function patch(baseline: string, candidate: string): Line[] | null {
  if (baseline === "" || candidate === "") return null;
  const [ours, theirs] = withLineFeedShown(baseline, candidate);
  const options = { context: 2, maxEditLength: MATCHED };
  const { hunks } = structuredPatch("", "", ours, theirs, "", "", options) ?? {};
  if (!hunks || hunks.length === 0) return null;
  return hunks.flatMap((hunk, at): Line[] => [
    ...(at > 0 ? [GAP] : []),
    ...hunk.lines.flatMap((line): Line[] => {
      const sign = SIGNS.find((it) => line.startsWith(it));
      return sign ? [{ sign, text: line.slice(1) }] : []; // a fourth sign, `\`, tells of a missing line feed
    }),
  ]);
}

/** When only one of the two ends with a line feed, that one is made visible: it is all that may differ. */
function withLineFeedShown(baseline: string, candidate: string): [string, string] {
  if (baseline.endsWith("\n") === candidate.endsWith("\n")) return [baseline, candidate];
  const shown = (text: string): string => text.replace(/\n$/, "\\n");
  return [shown(baseline), shown(candidate)];
}

/** Both sides from the first line on that differs. */
function replaced(baseline: string, candidate: string): Line[] {
  const [ours, theirs] = [linesOf(baseline), linesOf(candidate)];
  const parting = ours.findIndex((line, at) => line !== theirs[at]);
  const from = parting < 0 ? ours.length : parting;
  const side = (sign: "-" | "+", lines: readonly string[]): Line[] => {
    const left = lines.slice(from);
    const shown = left.slice(0, SHOWN / 2).map((text) => ({ sign, text }));
    const more = left.length - shown.length;
    return more > 0 && shown.length > 0
      ? [...shown.slice(0, -1), { sign, text: `… ${more + 1} more lines, see --json` }]
      : shown;
  };
  return [...side("-", ours), ...side("+", theirs)];
}

/** Where two long lines begin alike, leaves out so much of it that the place where they part can be seen. */
function focused(lines: readonly Line[]): Line[] {
  const result = [...lines];
  for (let begin = 0; begin < lines.length; begin++) {
    if (lines[begin]?.sign !== "-" || lines[begin - 1]?.sign === "-") continue;
    const removed = countFrom(lines, begin, "-");
    const added = countFrom(lines, begin + removed, "+");
    for (let at = begin; at < begin + Math.min(removed, added); at++) {
      const [one, other] = [lines[at], lines[at + removed]];
      if (!one || !other) continue;
      const shared = sharedBeginning(one.text, other.text);
      if (widthOf(one.text.slice(0, Math.min(shared, 200))) <= 50) continue;
      result[at] = { ...one, text: `…${one.text.slice(shared - 20)}` };
      result[at + removed] = { ...other, text: `…${other.text.slice(shared - 20)}` };
    }
  }
  return result;
}

function countFrom(lines: readonly Line[], begin: number, sign: Line["sign"]): number {
  const end = lines.findIndex((line, at) => at >= begin && line.sign !== sign);
  return (end < 0 ? lines.length : end) - begin;
}

function sharedBeginning(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

function sided(sign: "-" | "+", value: string): string[] {
  const lines = linesOf(value);
  const shown = lines.slice(0, SHOWN / 2).map((line) => `${sign} ${harmless(line.slice(0, 1000))}`);
  return lines.length > shown.length
    ? [...shown, `${sign} … ${lines.length - shown.length} more lines, see --json`]
    : shown;
}

function linesOf(value: string): string[] {
  return value === "" ? ["(empty)"] : value.replace(/\n$/, "").split("\n");
}
