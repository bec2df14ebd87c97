import { stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { InputError } from "slimproof";
import type { Exercise } from "../course/exercise.ts";
import { loadCourse } from "../course/load.ts";
import { copyExercise, fingerprint } from "./files.ts";
import { progressOf, statusOf, type Status } from "./progress.ts";
import { readState, STATE_FILE, writeState, type State } from "./state.ts";

/** A learner's folder, found and read. */
export interface Desk {
  /** Absolute path. */
  readonly folder: string;
  readonly course: readonly Exercise[];
  /** What was wrong with the state when it was opened, in a line; null when nothing was. */
  readonly damaged: string | null;
  /** The state as it is on the disk now: another runner may be at work beside this one. */
  readonly state: () => Promise<State>;
  /** Replaces the state by what `change` makes of it, and returns that. */
  readonly update: (change: (state: State) => State) => Promise<State>;
  /** Where the learner works on an exercise, absolute. */
  readonly place: (exercise: Exercise) => string;
  /** Where its solution is written once it is done, absolute. */
  readonly solution: (exercise: Exercise) => string;
}

/** The folder of the desk that `from` is or lies in, null when it lies in none. */
export async function findDesk(from: string): Promise<string | null> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (await isDesk(folder)) return folder;
    if (folder === dirname(folder)) return null;
  }
}

export async function isDesk(folder: string): Promise<boolean> {
  const found = await stat(join(folder, STATE_FILE)).catch(() => null);
  return found?.isFile() ?? false;
}

/**
 * Opens a desk, and lays out exercises that the course has got since it was made.
 * @throws InputError when its course cannot be used, or a newer workshop made it.
 */
export async function openDesk(folder: string): Promise<Desk> {
  const { state, damaged } = await readState(folder, defaultLearner());
  const course = await loadCourse(state.course ?? undefined);
  const place = ({ name }: Exercise): string => join(folder, "exercises", name);
  for (const exercise of course)
    if (!(await stat(place(exercise)).catch(() => null)))
      await copyExercise(exercise, place(exercise));
  const read = async (): Promise<State> => (await readState(folder, state.learner)).state;
  let last: Promise<unknown> = Promise.resolve();
  return {
    folder,
    course,
    damaged,
    place,
    solution: ({ name }) => join(folder, "solutions", name),
    state: read,
    update(change) {
      // One after another: each reads what the one before wrote.
      const updated = last.then(async () => {
        const next = change(await read());
        await writeState(folder, next);
        return next;
      });
      last = updated.catch(() => {});
      return updated;
    },
  };
}

/** What the learner's files of each exercise are, by its name. */
export async function statuses(desk: Desk, state: State): Promise<ReadonlyMap<string, Status>> {
  const pairs = desk.course.map(async (exercise) => {
    const print = await fingerprint(exercise, desk.place(exercise));
    return [exercise.name, statusOf(progressOf(state, exercise.name), print)] as const;
  });
  return new Map(await Promise.all(pairs));
}

/** The exercise of that name, number, or part of a name. @throws InputError when none or several fit. */
export function choose(course: readonly Exercise[], text: string): Exercise {
  const exact = course.find(
    ({ name, number }) => name === text || (/^\d+$/.test(text) && number === Number(text)),
  );
  if (exact) return exact;
  const fitting = course.filter(({ name }) => text !== "" && name.includes(text.toLowerCase()));
  const [only, second] = fitting;
  if (only && !second) return only;
  if (second)
    throw new InputError(
      `"${text}" fits ${fitting.map(({ name }) => name).join(", ")}: write more of the name, or its number`,
    );
  throw new InputError(
    `no exercise is called "${text}": \`list\` names them, --help lists the commands`,
  );
}

/** The name that the system knows its user by. */
export function defaultLearner(): string {
  try {
    return userInfo().username;
  } catch {
    return "learner"; // a user without an entry in passwd
  }
}
