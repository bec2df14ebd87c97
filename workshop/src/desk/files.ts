/** The files of an exercise: copied to a desk, compared by a fingerprint, put back. */
import { createHash, randomUUID } from "node:crypto";
import { cp, lstat, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Exercise } from "../course/exercise.ts";
import { freeName } from "./state.ts";

/** What an exercise's folder holds for the runner alone: hints would be read ahead. */
const RUNNERS_OWN = new Set(["exercise.yaml"]);

/**
 * Copies an exercise as the course has it to a folder that is not there; whoever is killed meanwhile leaves no half of
 * one under that name.
 */
export async function copyExercise(exercise: Exercise, folder: string): Promise<void> {
  await copyWhole(exercise.folder, folder, isGiven);
}

/** A hash of the files that a learner edits, as they are in `folder`; a file that is missing counts as that. */
export async function fingerprint(exercise: Exercise, folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of exercise.edit) {
    const text = await readOrNull(join(folder, file));
    hash.update(JSON.stringify([file, text?.toString("base64") ?? null]));
  }
  return hash.digest("hex");
}

/** The contents of a file that may be missing. */
export async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "ENOENT" || code === "ENOTDIR";
}

/**
 * Puts the whole folder back as the course has it. What the learner had is copied to a name beside it, which is returned;
 * null when that is nothing, or nothing of their own. The folder itself stays, so that a shell standing in it does too.
 */
export async function resetExercise(exercise: Exercise, folder: string): Promise<string | null> {
  if (await isAsGiven(exercise, folder)) return null;
  const found = await lstat(folder).catch(() => null);
  const kept = await freeName(`${folder}.bak`);
  if (!found?.isDirectory()) {
    if (found) await rename(folder, kept);
    await copyExercise(exercise, folder);
    return found ? kept : null;
  }
  await copyWhole(folder, kept);
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  await cp(exercise.folder, folder, { recursive: true, filter: isGiven });
  return kept;
}

/** Copies a folder to a name where nothing is; whoever is killed meanwhile leaves no half of it under that name. */
async function copyWhole(
  from: string,
  to: string,
  filter: (path: string) => boolean = () => true,
): Promise<void> {
  const beside = `${to}.${randomUUID()}.tmp`;
  try {
    await cp(from, beside, { recursive: true, verbatimSymlinks: true, filter });
    await rename(beside, to);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

function isGiven(path: string): boolean {
  return !RUNNERS_OWN.has(basename(path));
}

/** The files that a learner gets of an exercise, by their paths in its folder, sorted. */
export async function givenFiles(exercise: Pick<Exercise, "folder">): Promise<readonly string[]> {
  return (await filesIn(exercise.folder)).filter(isGiven);
}

/** Whether a folder holds what the course has, and nothing else. */
export async function isAsGiven(exercise: Exercise, folder: string): Promise<boolean> {
  const given = await givenFiles(exercise);
  const own = await filesIn(folder);
  if (given.join("\0") !== own.join("\0")) return false;
  for (const file of given) {
    const [before, now] = [
      await readOrNull(join(exercise.folder, file)),
      await readOrNull(join(folder, file)),
    ];
    if (!before || !now || !before.equals(now)) return false;
  }
  return true;
}

/** Everything below a folder that is no folder, by its path from there, sorted; nothing of one that is not there. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((it) => !it.isDirectory());
    return files.map((it) => relative(folder, join(it.parentPath, it.name))).toSorted();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Writes the solution's files. */
export async function copySolution(exercise: Exercise, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await cp(exercise.solution, folder, { recursive: true });
}
