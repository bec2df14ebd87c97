/** What a state says of the exercises, and how it goes on: pure functions of the state. */
import type { Exercise } from "../course/exercise.ts";
import { UNTOUCHED, type Progress, type State } from "./state.ts";

/** `changed`: it passed once, and the files are others since. */
export type Status = "done" | "changed" | "skipped" | "open";

export function progressOf(state: State, name: string): Progress {
  return state.exercises[name] ?? UNTOUCHED;
}

/** `fingerprint` is that of the learner's files as they are now. */
export function statusOf(progress: Progress, fingerprint: string): Status {
  if (progress.passed === fingerprint) return "done";
  if (progress.done !== null) return "changed";
  return progress.skipped ? "skipped" : "open";
}

/** How many have passed. */
export function countDone(state: State, course: readonly Exercise[]): number {
  return course.filter(({ name }) => progressOf(state, name).done !== null).length;
}

/** The one to work on: what the state names, else the first that has neither passed nor been skipped, else the last. */
export function currentOf(state: State, course: readonly Exercise[]): Exercise {
  const named = course.find(({ name }) => name === state.current);
  const exercise = named ?? course.find((it) => isAhead(state, it)) ?? course.at(-1);
  if (!exercise) throw new Error("a course without an exercise"); // loadCourse refuses it
  return exercise;
}

/**
 * The next to work on after an exercise: the first behind it that is ahead, else the first of all that has not passed
 * (a skipped one as well); null when there is none.
 */
export function nextAfter(
  state: State,
  course: readonly Exercise[],
  exercise: Exercise,
): Exercise | null {
  const behind = course.slice(exercise.number).find((it) => isAhead(state, it));
  const undone = course.find(
    (it) => it.name !== exercise.name && progressOf(state, it.name).done === null,
  );
  return behind ?? undone ?? null;
}

function isAhead(state: State, { name }: Exercise): boolean {
  const { done, skipped } = progressOf(state, name);
  return done === null && !skipped;
}

/** The state with an exercise's progress replaced by what `change` makes of it. */
export function changed(
  state: State,
  name: string,
  change: (progress: Progress) => Partial<Progress>,
): State {
  const before = progressOf(state, name);
  const exercises = { ...state.exercises, [name]: { ...before, ...change(before) } };
  return { ...state, exercises };
}

/** The learner comes to an exercise. */
export function arrived(state: State, name: string, now: Date): State {
  const opened = changed(state, name, (it) => ({ opened: it.opened ?? now.toISOString() }));
  return { ...opened, current: name };
}

export interface Judged {
  readonly isDone: boolean;
  /** Of the files that were judged, and of those of the starter. */
  readonly fingerprint: string;
  readonly starter: string;
  /** The hint for the state that was found. */
  readonly stuck: string | null;
}

/** An exercise was judged. Whoever passed once stays so on the scoreboard, whatever becomes of the files. */
export function judged(state: State, name: string, verdict: Judged, now: Date): State {
  return changed(state, name, (it) => {
    const { isDone, fingerprint, starter, stuck } = verdict;
    const opened = it.opened ?? now.toISOString();
    const isNew = fingerprint !== it.judged && fingerprint !== starter;
    const done = isDone ? (it.done ?? now.toISOString()) : it.done;
    return {
      opened,
      attempts: it.attempts + (isNew ? 1 : 0),
      judged: fingerprint,
      stuck: isDone ? null : stuck,
      done,
      seconds: done === null ? null : (Date.parse(done) - Date.parse(opened)) / 1000,
      passed: isDone ? fingerprint : it.passed === fingerprint ? null : it.passed,
      skipped: isDone ? false : it.skipped,
    };
  });
}
