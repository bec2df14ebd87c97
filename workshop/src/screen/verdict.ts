import { percent, widthOf, wrap, type PairResult } from "slimproof";
import type { Outcome } from "../judge/outcome.ts";
import { hintLines, shownOf } from "./advice.ts";
import { sizeLine, type Sizes } from "./bars.ts";
import { claims, differences, lack, output, wanted } from "./findings.ts";
import type { Body } from "./frame.ts";
import type { Look } from "./look.ts";
import { linesOf } from "./pages.ts";

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

/** What differs and why, what mends it, and what to think of next. */
export function verdictBody(verdict: Verdict, columns: number, look: Look): Body {
  const whole = linesOf(bodyOf(verdict, columns, look, true));
  return { ...bodyOf(verdict, columns, look, false), whole };
}

function bodyOf(verdict: Verdict, columns: number, look: Look, isWhole: boolean): Body {
  const { outcome, hint, sizes } = verdict;
  const size =
    outcome.kind === "empty" || outcome.kind === "unbuilt"
      ? ""
      : sizeLine(sizes, look, isDown(outcome));
  const added = hint === null || outcome.kind === "done" ? "" : beyond(hint, outcome);
  const advice = added === "" ? [] : hintLines(added, columns, look, isWhole);
  return {
    top: ["", ...headline(verdict, columns, look), ...details(verdict, columns, look, isWhole)],
    latest: output(outcome, columns, look, isWhole),
    bottom: [...(size ? ["", ` ${size}`] : []), ...(advice.length > 0 ? ["", ...advice] : [])],
  };
}

/** Whether the program does not run, so that a small image is no success. */
function isDown(outcome: Outcome): boolean {
  return (
    outcome.kind === "differs" &&
    wanted(outcome.pair).some(({ fact, candidate }) => fact === "start" && candidate === "false")
  );
}

/** What a hint tells that the headline above it does not. */
function beyond(hint: string, outcome: Outcome): string {
  const [, text] = headlineText(outcome);
  return hint.startsWith(text) ? hint.slice(text.length).replace(/^[.:]\s*/, "") : hint;
}

/** A likely verdict has the mark of what is not sure yet, and no line more than the sure one that takes its place. */
function headline({ outcome, seconds, isLikely }: Verdict, columns: number, look: Look): string[] {
  const [isGood, said] = headlineText(outcome);
  const isUnsure = outcome.kind === "unproven" || isLikely === true;
  const mark = isUnsure ? look.unsure : isGood ? look.done : look.wrong;
  const format = isUnsure ? "yellow" : isGood ? "green" : "red";
  const text = isLikely ? said.replace(/^Not yet:/, "Not yet, it seems:") : said;
  const lines = wrap(text, columns - 4);
  const time = `(${seconds.toFixed(1)} s${isLikely ? ", being confirmed by another run" : ""})`;
  const last = `${lines.at(-1) ?? ""} ${time}`;
  lines.splice(-1, 1, ...(widthOf(last) <= columns - 4 ? [last] : [lines.at(-1) ?? "", time]));
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
      // The frame names the folder already.
      return [false, outcome.message.replace(/^\S*?([^\s/]+:)/, "$1")];
    case "unproven":
      return [
        false,
        `It could not be told: ${outcome.pair.error?.message ?? reasonOf(outcome.pair)}`,
      ];
    case "differs":
      return [false, `Not yet: ${counted(outcome.pair)}`];
    case "lacking":
      return [false, "Not yet: the same program, but a check does not hold"];
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

function details(
  { outcome, hint }: Verdict,
  columns: number,
  look: Look,
  isWhole: boolean,
): string[] {
  const told = shownOf(hint ?? "", columns, look);
  switch (outcome.kind) {
    case "empty":
    case "unbuilt":
    case "unproven":
      return [];
    case "differs":
      return [
        ...differences(outcome.pair, told, columns, look, isWhole),
        ...claims(outcome.pair, columns, look),
      ];
    case "lacking":
      return [...lack(outcome, told, columns, look), ...claims(outcome.pair, columns, look)];
    case "done":
      return claims(outcome.pair, columns, look);
    default:
      return outcome satisfies never;
  }
}
