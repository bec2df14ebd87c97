import type { Exercise } from "../course/exercise.ts";
import type { Outcome } from "../judge/outcome.ts";
import { stateHint } from "../judge/hint.ts";
import { findReason, reasonText } from "../judge/reason.ts";
import type { Fault } from "./finding.ts";

/**
 * Whether hints are about what went wrong. `changed` are the lines in which solution and starter differ: a hint names
 * something of them, or of what the judge found; the last one names something of the solution.
 */
export function hintFaults(
  exercise: Pick<Exercise, "name" | "starter" | "hints" | "states">,
  outcome: Outcome,
  changed: readonly string[],
): readonly Fault[] {
  const fault = (message: string): Fault => ({ of: exercise.name, about: "hints", message });
  const finding = findReason(exercise.starter, outcome);
  const state = stateHint(exercise, outcome);
  if (finding === null || state === null) return []; // the starter's own fault is told elsewhere
  const found = wordsOf(
    [...Object.values(finding).filter((it) => it !== null), reasonText(exercise.starter)].join(" "),
  );
  const solution = wordsOf(changed.join(" "));
  const about = new Set([...found, ...solution]);
  const all = [...exercise.hints, state.text];
  return [
    ...(state.state === null ? [fault("no entry of `states` fits the starter's outcome")] : []),
    ...(new Set(all.map((it) => it.trim())).size === all.length
      ? []
      : [fault("two hints are the same")]),
    ...all.flatMap((it, at) =>
      namesOne(it, about)
        ? []
        : [fault(`${nth(at)} names nothing of the finding or of the solution: ${it}`)],
    ),
    ...(namesOne(exercise.hints[2], solution)
      ? []
      : [fault("hint 3 names nothing of the solution")]),
    ...all.flatMap((it, at) =>
      /\{\w+\}/.test(it.replaceAll(/\$\{\w+\}/g, ""))
        ? [fault(`${nth(at)} has a word in braces left: ${it}`)]
        : [],
    ),
  ];
}

function nth(at: number): string {
  return at === 3 ? "the state's hint" : `hint ${at + 1}`;
}

/** Words that say nothing of what a text is about, of those that are long enough to count. */
const COMMON = new Set(
  "from with that this what which when then than into have does there where only your them they will image".split(
    " ",
  ),
);

/** Words of four letters and more, in lower case; also the parts of paths and of names with dashes. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/\p{L}[\p{L}\p{N}]{3,}/gu) ?? [];
  return new Set(words.filter((it) => !COMMON.has(it)));
}

function namesOne(text: string, about: ReadonlySet<string>): boolean {
  return [...wordsOf(text)].some(
    (it) =>
      about.has(it) || about.has(`${it}s`) || (it.endsWith("s") && about.has(it.slice(0, -1))),
  );
}
