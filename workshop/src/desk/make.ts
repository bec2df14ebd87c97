import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { randomUUID } from "node:crypto";
import { InputError } from "slimproof";
import { loadCourse } from "../course/load.ts";
import { copyExercise } from "./files.ts";
import { newState, STATE_FILE, writeState } from "./state.ts";

export interface DeskOptions {
  readonly learner: string;
  /** Folder of exercises to take instead of this checkout's own. */
  readonly course: string | null;
}

/**
 * Makes a desk in a folder that is not there or is empty; whoever is killed meanwhile leaves no half of one. One that has
 * lost its progress file alone (whoever copies a folder may leave hidden files behind) is `found`, and gets a new one.
 * @throws InputError when something else is there, or the course cannot be used.
 */
export async function makeDesk(
  folder: string,
  { learner, course }: DeskOptions,
): Promise<"made" | "found"> {
  const exercises = await loadCourse(course === null ? undefined : resolve(course));
  const state = newState(learner, course === null ? null : resolve(course));
  if (await isBereft(folder)) {
    await writeState(resolve(folder), state);
    return "found";
  }
  await refuseOccupied(folder);
  const beside = `${resolve(folder)}.${randomUUID()}`;
  await mkdir(dirname(beside), { recursive: true });
  try {
    for (const exercise of exercises)
      await copyExercise(exercise, join(beside, "exercises", exercise.name));
    await writeFile(join(beside, "README.md"), readme(exercises.length));
    await writeFile(join(beside, ".gitignore"), `${STATE_FILE}*\n*.bak\n*.bak?\n`);
    await writeFile(join(beside, "workshop"), script());
    await chmod(join(beside, "workshop"), 0o755);
    await writeState(beside, state);
    await rename(beside, resolve(folder));
    return "made";
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** Whether a folder is a desk but for the progress file. */
async function isBereft(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  return ["exercises", "workshop"].every((it) => names.includes(it)) && !names.includes(STATE_FILE);
}

async function refuseOccupied(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (!found) return;
  if (!found.isDirectory()) throw new InputError(`${folder} is no folder: name another`);
  const names = await readdir(folder);
  if (names.includes(STATE_FILE))
    throw new InputError(`${folder} is a desk already: go there, or name another folder`);
  if (names.length > 0) throw new InputError(`${folder} is not empty: name another folder`);
}

/** The desk's own runner: this checkout's, with the Node that made the desk when that is still there. */
function script(): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const cli = resolve(import.meta.dirname, "..", "cli.js");
  return `#!/bin/sh
# The runner of this desk. When the checkout that it comes from has moved, mend the path below.
node=${quoted(process.execPath)}
[ -x "$node" ] || node=node
WORKSHOP_CALL="$0" exec "$node" ${quoted(cli)} -C "$(dirname "$0")" "$@"
`;
}

function readme(count: number): string {
  return `# Your desk

${count} exercises on multi-stage builds, in \`exercises/\`. Each has a README.md to read first and a Dockerfile to edit.

- \`./workshop\` opens the one you are at, watches its folder, and judges your Dockerfile whenever you save.
- \`./workshop shell\`, in a second terminal, opens a shell in that folder, with \`docker\` and \`slimproof\`, for the commands that
  READMEs print.
- \`./workshop list\` shows them all, \`./workshop --help\` what else there is.

All here is yours to change: \`./workshop reset NAME\` brings an exercise back as it was, and keeps what you had beside it.

## Words

- **desk**: this folder, your own copy of the course.
- **starter**: the Dockerfile as you find it; it fails for the reason that the exercise is about.
- **twin**: the image of \`Dockerfile.single\`, too large but right. Yours has to behave as it does.
- **fact**: one thing that is seen of both images: an answer, an exit code, a setting, a line that is printed.
- **claim**: what your image has to be beyond that, such as \`size < 70%\` of the twin. \`parity.yaml\` lists the claims.
`;
}
