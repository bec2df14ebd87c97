import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Exercise } from "../course/exercise.ts";
import type { Fault } from "./finding.ts";

/**
 * Whether nothing is unlisted: numbers follow each other from 1, each exercise has a solution and the reverse, and the
 * course's README.md names them all. `folder` holds `exercises`.
 */
export async function listingFaults(
  folder: string,
  course: readonly Exercise[],
): Promise<readonly Fault[]> {
  const fault = (message: string): Fault => ({ of: "course", about: "files", message });
  const names = new Set(course.map(({ name }) => name));
  const root = dirname(folder);
  const solutions = await readdir(join(root, "solutions")).catch((): string[] => []);
  const text = await readFile(join(root, "README.md"), "utf8").catch(() => null);
  return [
    ...course.flatMap(({ number, name }, at) =>
      number === at + 1
        ? []
        : [fault(`${name} is the exercise of number ${at + 1}: no gap, no number twice`)],
    ),
    ...[...names].flatMap((it) =>
      solutions.includes(it) ? [] : [fault(`solutions/${it} is missing`)],
    ),
    ...solutions.flatMap((it) =>
      names.has(it) ? [] : [fault(`solutions/${it} solves no exercise`)],
    ),
    ...(text === null
      ? [fault("README.md is missing: it lists the exercises")]
      : [...names].flatMap((it) =>
          text.includes(`(exercises/${it}/README.md)`) || text.includes(`(exercises/${it})`)
            ? []
            : [fault(`README.md does not link to exercises/${it}`)],
        )),
  ];
}

/** Whether a solution holds the edited files, all of them, and no other. */
export async function solutionFaults(exercise: Exercise): Promise<readonly Fault[]> {
  const entries = await readdir(exercise.solution, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  const files = entries
    .filter((it) => !it.isDirectory())
    .map((it) => relative(exercise.solution, join(it.parentPath, it.name)));
  const fault = (message: string): Fault => ({ of: exercise.name, about: "files", message });
  return [
    ...exercise.edit.flatMap((it) =>
      files.includes(it) ? [] : [fault(`the solution lacks ${it}`)],
    ),
    ...files.flatMap((it) =>
      exercise.edit.includes(it)
        ? []
        : [fault(`the solution's ${it} is not among the edited files`)],
    ),
  ];
}
