import {
  cut,
  diffLines,
  harmless,
  percent,
  widthOf,
  wrap,
  type Difference,
  type PairResult,
} from "slimproof";
import type { Outcome } from "../judge/outcome.ts";
import { sizeLine, type Sizes } from "./bars.ts";
import type { Body } from "./frame.ts";
import type { Look } from "./look.ts";

/** What came of a learner's file. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly seconds: number;
  /** What the state asks for, null when nothing fits it. */
  readonly hint: string | null;
  readonly sizes: Sizes;
  /** Found by a first run, while more runs confirm it. */
  readonly isLikely?: boolean;
}

/** Lines of the diff of one fact, of a failed step's output and of a hint, so that each leaves the others room. */
const DIFF_ROWS = 6;
const OUTPUT_ROWS = 10;
const HINT_ROWS = 5;

/** What differs and why, what mends it, and what to think of next. */
export function verdictBody(verdict: Verdict, columns: number, look: Look): Body {
  const { outcome, hint, sizes } = verdict;
  const size = outcome.kind === "empty" || outcome.kind === "unbuilt" ? "" : sizeLine(sizes, look);
  const advice = hint === null || outcome.kind === "done" ? [] : hintLines(hint, columns, look);
  return {
    top: ["", ...headline(verdict, columns, look), ...details(outcome, columns, look)],
    bottom: [...(size ? ["", ` ${size}`] : []), ...(advice.length > 0 ? ["", ...advice] : [])],
  };
}

function headline({ outcome, seconds, isLikely }: Verdict, columns: number, look: Look): string[] {
  const [isGood, text] = headlineText(outcome);
  const mark = isGood ? look.done : outcome.kind === "unproven" ? look.unsure : look.wrong;
  const format = isGood ? "green" : outcome.kind === "unproven" ? "yellow" : "red";
  const lines = wrap(
    `${text} (${seconds.toFixed(1)} s${isLikely ? ", being confirmed" : ""})`,
    columns - 4,
  );
  return lines.map(
    (line, at) =>
      ` ${look.paint(["bold", format], at === 0 ? mark : " ")} ${look.paint("bold", line)}`,
  );
}

function headlineText(outcome: Outcome): readonly [boolean, string] {
  switch (outcome.kind) {
    case "empty":
      return [false, `${outcome.file} has no instruction: nothing can be built of it`];
    case "unbuilt":
      return [false, outcome.message];
    case "unproven":
      return [
        false,
        `It could not be told: ${outcome.pair.error?.message ?? reasonOf(outcome.pair)}`,
      ];
    case "differs":
      return [false, `Not yet: ${counted(outcome.pair)}`];
    case "lacking":
      return [false, `The same program, as the contract wants it, and yet: ${outcome.why}`];
    case "done":
      return [true, `Done: the same program${shareOf(outcome.pair)}`];
    default:
      return outcome satisfies never;
  }
}

function reasonOf({ unproven }: PairResult): string {
  return `all of ${unproven.map((it) => `"${it}"`).join(", ") || "it"} is noise`;
}

function shareOf({ images: { baseline, candidate } }: PairResult): string {
  if (!baseline || !candidate) return "";
  return `, at ${percent(candidate.size.unpacked / baseline.size.unpacked)} of the size`;
}

/** `2 facts differ, 1 claim does not hold`. */
function counted(pair: PairResult): string {
  const facts = wanted(pair).length;
  const claims = pair.claims.filter((it) => !it.holds).length;
  return [
    ...(facts > 0 ? [facts === 1 ? "1 fact differs" : `${facts} facts differ`] : []),
    ...(claims > 0
      ? [claims === 1 ? "1 claim does not hold" : `${claims} claims do not hold`]
      : []),
  ].join(", ");
}

function wanted(pair: PairResult): readonly Difference[] {
  return pair.differences.filter((it) => it.accepted === null);
}

function details(outcome: Outcome, columns: number, look: Look): string[] {
  switch (outcome.kind) {
    case "empty":
      return [];
    case "unbuilt":
      return output(outcome.detail, columns, look);
    case "unproven":
      return output(outcome.pair.error?.detail ?? [], columns, look);
    case "differs":
      return [...differences(outcome.pair, columns, look), ...claims(outcome.pair, columns, look)];
    case "lacking":
    case "done":
      return claims(outcome.pair, columns, look);
    default:
      return outcome satisfies never;
  }
}

/** The end of a failed step's output, made harmless. */
function output(detail: readonly string[], columns: number, look: Look): string[] {
  const lines = detail.flatMap((text) => text.split(/\r?\n/)).filter((it) => it.trim() !== "");
  const kept = lines.slice(-OUTPUT_ROWS);
  if (kept.length === 0) return [];
  const shown = kept.map((line) => look.paint("dim", `   | ${cut(harmless(line), columns - 6)}`));
  return ["", ...shown];
}

function claims({ claims: all }: PairResult, columns: number, look: Look): string[] {
  if (all.length === 0) return [];
  const widest = Math.max(...all.map(({ claim }) => widthOf(claim)));
  return [
    "",
    ...all.map(({ claim, holds, measured }) => {
      const line = cut(`${claim.padEnd(widest)}  ${harmless(measured)}`, columns - 6);
      return holds
        ? `   ${look.paint("green", look.done)} ${line}`
        : `   ${look.paint("red", look.wrong)} ${look.paint("red", line)}`;
    }),
  ];
}

/** Every fact that differs; those that a cause told before explains as well are only counted. */
function differences(pair: PairResult, columns: number, look: Look): string[] {
  const told = new Map<string, number>();
  const blocks: string[] = [];
  for (const it of wanted(pair)) {
    const [cause] = it.causes;
    const key = cause && `${cause.id}: ${cause.evidence}`;
    const before = key === undefined ? undefined : told.get(key);
    if (key !== undefined) told.set(key, (before ?? 0) + 1);
    if (before === undefined) blocks.push(...difference(it, columns, look));
  }
  const more = [...told.values()].reduce((sum, count) => sum + count - 1, 0);
  const text = `and ${more} more ${more === 1 ? "fact" : "facts"} for the same reason`;
  return more === 0 ? blocks : [...blocks, "", look.paint("dim", `     ${text}`)];
}

function difference(
  { probe, fact, baseline, candidate, causes }: Difference,
  columns: number,
  look: Look,
): string[] {
  const name = cut(harmless(`${probe} ${fact}`), columns - 6);
  const diff = diffLines(baseline, candidate).map((it) => it.replace(/, see --json$/, ""));
  const shown = diff.slice(0, DIFF_ROWS);
  if (shown.length < diff.length)
    shown.splice(-1, 1, `  ${look.more} ${diff.length - shown.length + 1} more lines`);
  const [cause] = causes;
  return [
    "",
    `   ${look.paint("red", look.wrong)} ${look.paint("bold", name)}`,
    ...shown.map((line) => {
      const text = cut(`     ${line}`, columns - 1);
      if (line.startsWith("-")) return look.paint("red", text);
      return line.startsWith("+") ? look.paint("green", text) : look.paint("dim", text);
    }),
    ...(cause ? labelled("why", cause.evidence, columns) : []),
    ...(cause?.mend ? labelled("mend", cause.mend, columns) : []),
  ];
}

function labelled(label: string, text: string, columns: number): string[] {
  return wrap(text, columns - 13).map(
    (line, at) => `     ${(at === 0 ? label : "").padEnd(5)} ${line}`,
  );
}

/** Advice that stands out. */
export function hintLines(hint: string, columns: number, look: Look): string[] {
  const indent = " ".repeat(look.hint.length + 2);
  const lines = wrap(hint, columns - indent.length - 2);
  const shown = lines.slice(0, HINT_ROWS);
  if (shown.length < lines.length) shown[shown.length - 1] += ` ${look.more}`;
  return shown.map((line, at) =>
    look.paint("cyan", at === 0 ? ` ${look.hint} ${line}` : `${indent}${line}`),
  );
}
