import type { Exercise } from "../course/exercise.ts";
import { progressOf } from "../desk/progress.ts";
import type { Progress, State } from "../desk/state.ts";

/** What is said when all exercises are done, a line each. */
export function finished(course: readonly Exercise[], state: State): readonly string[] {
  const total = (of: (progress: Progress) => number): number =>
    course.reduce((sum, { name }) => sum + of(progressOf(state, name)), 0);
  const minutes = Math.round(total(({ seconds }) => seconds ?? 0) / 60);
  const attempts = total((it) => it.attempts);
  const hints = total((it) => it.hints);
  return [
    "",
    `All ${course.length} exercises are done.`,
    "",
    `${counted(minutes, "minute")} at work, ${counted(attempts, "attempt")}, ${counted(hints, "hint")}.`,
    "The solutions with their reasons are in solutions/: yours may be as good.",
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
