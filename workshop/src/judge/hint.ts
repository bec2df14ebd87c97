import { harmless } from "slimproof";
import type { Exercise } from "../course/exercise.ts";
import type { Outcome } from "./outcome.ts";
import { findingsOf, findReason, type Finding } from "./reason.ts";

/** A hint that a state picked, and which of the exercise's `states` said it; null when none did. */
export interface StateHint {
  readonly text: string;
  readonly state: number | null;
}

/**
 * What to say to a learner whose work has this outcome: what a look at the folder told, else the first of the exercise's
 * states that fits, else what the judge found. Null when it is done, never empty otherwise.
 */
export function hintFor(exercise: Pick<Exercise, "states">, outcome: Outcome): string | null {
  if (outcome.kind !== "done" && outcome.seen !== undefined) return oneLine(outcome.seen);
  return stateHint(exercise, outcome)?.text ?? null;
}

/** What the states say, with which of them; the judge's own words where none fits. */
export function stateHint(exercise: Pick<Exercise, "states">, outcome: Outcome): StateHint | null {
  if (outcome.kind === "done") return null;
  for (const [state, { when, say }] of exercise.states.entries()) {
    const finding = findReason(when, outcome);
    if (finding) return { text: filled(say, finding), state };
  }
  return { text: generic(outcome), state: null };
}

/** Fills in what was found; where nothing was, the evidence stands for it. */
function filled(say: string, finding: Finding): string {
  const text = say.replaceAll(
    /\{(evidence|mend|measured|claim|fact|baseline|candidate)\}/g,
    (found, name: keyof Finding, at: number) => {
      if (name === "mend")
        return sentence(finding.mend ?? "", say.slice(0, at), say.slice(at + found.length));
      return toLearner(finding[name] ?? finding.evidence);
    },
  );
  return opened(oneLine(text));
}

/** Evidence that opens a hint opens a sentence: "Your image runs …"; a path or a name stays as it is written. */
export function opened(text: string): string {
  return text.replace(
    /^(?:your|the|an?)\b/,
    (word) => word.slice(0, 1).toUpperCase() + word.slice(1),
  );
}

/** The judge's advice as a sentence of its own where the one before it has ended. */
function sentence(text: string, before: string, after: string): string {
  if (text === "" || !/(?:^|[.!?:])\s*$/.test(before)) return toLearner(text);
  const ended = /[.!?]$/.test(text) || /^[.,;:!?]/.test(after) ? text : `${text}.`;
  return toLearner(`${ended.slice(0, 1).toUpperCase()}${ended.slice(1)}`);
}

/** The two images in a learner's words. */
export function toLearner(text: string): string {
  return text.replaceAll("the candidate", "your image").replaceAll("the baseline", "the twin");
}

function generic(outcome: Outcome): string {
  const [finding] = findingsOf(outcome);
  if (outcome.kind === "empty")
    return oneLine(
      `${outcome.file} has no instruction: write FROM first, then what the image needs. \`reset\` brings the starter back.`,
    );
  if (!finding) return "The judge could not tell: run it again, with the whole report by `run`.";
  const { evidence, mend } = finding;
  const ended = /[.!?:]$/.test(evidence) ? evidence : `${evidence}.`;
  return oneLine(toLearner(mend === null ? ended : `${ended} ${sentence(mend, ended, "")}`));
}

/** Evidence comes from images and builds, and may hold anything. */
function oneLine(text: string): string {
  return harmless(text.replaceAll(/\s+/g, " ").trim());
}
