/** What the judge found, a block each: facts that differ, claims, and what a failed step wrote. */
import {
  cut,
  diffLines,
  harmless,
  widthOf,
  wrap,
  type Difference,
  type PairResult,
} from "slimproof";
import { toLearner } from "../judge/hint.ts";
import type { Outcome } from "../judge/outcome.ts";
import type { Look } from "./look.ts";

/** Lines of the diff of one fact and of a failed step's output, so that each leaves the others room. */
const DIFF_ROWS = 6;
const OUTPUT_ROWS = 10;

/** Differences that the contract does not accept. */
export function wanted(pair: PairResult): readonly Difference[] {
  return pair.differences.filter((it) => it.accepted === null);
}

/** The end of what a failed step or container wrote, made harmless; all of it if `isWhole`. */
export function output(outcome: Outcome, columns: number, look: Look, isWhole: boolean): string[] {
  const detail =
    outcome.kind === "unbuilt"
      ? outcome.detail
      : outcome.kind === "unproven"
        ? (outcome.pair.error?.detail ?? [])
        : [];
  const lines = detail.flatMap((text) => text.split(/\r?\n/)).filter((it) => it.trim() !== "");
  const kept = isWhole ? lines : lines.slice(-OUTPUT_ROWS);
  if (kept.length === 0) return [];
  const shown = kept.map((line) => look.paint("dim", `   | ${cut(harmless(line), columns - 6)}`));
  return ["", ...shown];
}

/**
 * What the contract claims. Beside what fails, those that hold are only counted, so that what is still to be done stands out.
 */
export function claims(
  { claims: all, verdict }: PairResult,
  columns: number,
  look: Look,
): string[] {
  const broken = all.filter((it) => !it.holds);
  const held = all.filter((it) => it.holds);
  const isCounted = verdict === "differs" && held.length > 1;
  const listed = isCounted ? broken : all;
  const widest = Math.max(0, ...listed.map(({ claim }) => widthOf(claim)));
  const rows = listed.map(({ claim, holds, measured }) => {
    const line = cut(`${claim.padEnd(widest)}  ${harmless(measured)}`, columns - 6);
    return holds
      ? `   ${look.paint("green", look.done)} ${line}`
      : `   ${look.paint("red", look.wrong)} ${look.paint("red", line)}`;
  });
  const others = broken.length > 0 ? "other claims" : "claims";
  const count = isCounted
    ? [`   ${look.paint("green", look.done)} ${held.length} ${others} hold`]
    : [];
  return all.length === 0 ? [] : ["", ...rows, ...count];
}

/**
 * Every fact that differs; those that a cause told before explains as well are only counted. What `hint` tells below is
 * not told here as well. Long ones are cut unless `isWhole`.
 */
export function differences(
  pair: PairResult,
  hint: string,
  columns: number,
  look: Look,
  isWhole: boolean,
): string[] {
  const told = new Map<string, number>();
  const blocks: string[] = [];
  for (const it of wanted(pair)) {
    const [cause] = it.causes;
    const key = cause && `${cause.id}: ${cause.evidence}`;
    const before = key === undefined ? undefined : told.get(key);
    if (key !== undefined) told.set(key, (before ?? 0) + 1);
    if (before === undefined) blocks.push(...difference(it, hint, columns, look, isWhole));
  }
  const more = [...told.values()].reduce((sum, count) => sum + count - 1, 0);
  const text = `and ${more} more ${more === 1 ? "fact" : "facts"} for the same reason`;
  return more === 0 ? blocks : [...blocks, "", look.paint("dim", `     ${text}`)];
}

function difference(
  { probe, fact, baseline, candidate, causes }: Difference,
  hint: string,
  columns: number,
  look: Look,
  isWhole: boolean,
): string[] {
  const name = cut(harmless(`${probe} ${fact}`), columns - 6);
  const diff = diffLines(baseline, candidate).map((it) => it.replace(/, see --json$/, ""));
  const shown = isWhole ? diff : diff.slice(0, DIFF_ROWS);
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
    ...(cause && !says(hint, cause.evidence) ? labelled("why", cause.evidence, columns) : []),
    ...(cause?.mend && !says(hint, cause.mend) ? labelled("mend", cause.mend, columns) : []),
  ];
}

/** The check that does not hold, and on its line what was found as far as there is room; all of it unless `hint` tells it. */
export function lack(
  { check, why }: Extract<Outcome, { kind: "lacking" }>,
  hint: string,
  columns: number,
  look: Look,
): string[] {
  const name = `check ${check.kind}`;
  const found = toLearner(why);
  const room = columns - widthOf(name) - 8;
  const isWhole = widthOf(found) <= room;
  const line = isWhole || says(hint, why) ? `  ${cut(found, room)}` : "";
  return [
    "",
    `   ${look.paint("red", look.wrong)} ${look.paint("bold", name)}${line}`,
    ...(line === "" ? labelled("why", why, columns) : []),
  ];
}

/** Whether a hint tells the same already: it stands below, and twice would leave no room for the rest. */
function says(hint: string, text: string): boolean {
  const plain = (it: string): string => toLearner(it).replaceAll(/\s+/g, " ").toLowerCase();
  return plain(hint).includes(plain(text));
}

function labelled(label: string, text: string, columns: number): string[] {
  return wrap(toLearner(text), columns - 13).map(
    (line, at) => `     ${(at === 0 ? label : "").padEnd(5)} ${line}`,
  );
}
