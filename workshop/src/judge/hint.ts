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
 * What to say to a learner whose work has this outcome: the first of the exercise's states that fits, else what the judge
 * found. Null when it is done, never empty otherwise.
 */
export function hintFor(exercise: Pick<Exercise, "states">, outcome: Outcome): string | null {
  return stateHint(exercise, outcome)?.text ?? null;
}

/** As `hintFor`, with where the hint is from. */
export function stateHint(exercise: Pick<Exercise, "states">, outcome: Outcome): StateHint | null {
  if (outcome.kind === "done") return null;
  for (const [state, { when, say }] of exercise.states.entries()) {
    const finding = findReason(when, outcome);
    if (finding) return { text: filled(say, finding), state };
  }
  return { text: generic(outcome), state: null };
}

/** Fills in what was found; a sentence about something that was not found is left out by its writer, or reads "unknown". */
function filled(say: string, finding: Finding): string {
  const text = say.replaceAll(
    /\{(evidence|mend|measured|claim|fact|baseline|candidate)\}/g,
    (_, name) => {
      const value = finding[name as keyof Finding];
      return value ?? (name === "mend" ? "" : finding.evidence);
    },
  );
  return oneLine(text);
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
  return oneLine(mend === null ? ended : `${ended} ${mend}`);
}

/** Evidence comes from images and builds, and may hold anything. */
function oneLine(text: string): string {
  return harmless(text.replaceAll(/\s+/g, " ").trim());
}
