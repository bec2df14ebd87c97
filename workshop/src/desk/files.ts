/** The files of an exercise: copied to a desk, compared by a fingerprint, put back. */
import { createHash, randomUUID } from "node:crypto";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Exercise } from "../course/exercise.ts";
import { freeName } from "./state.ts";

/** What an exercise's folder holds for the runner alone: hints would be read ahead. */
const RUNNERS_OWN = new Set(["exercise.yaml"]);

/**
 * Copies an exercise as the course has it to a folder that is not there; whoever is killed meanwhile leaves no half of
 * one under that name.
 */
export async function copyExercise(exercise: Exercise, folder: string): Promise<void> {
  const beside = `${folder}.${randomUUID()}`;
  try {
    await cp(exercise.folder, beside, {
      recursive: true,
      filter: (path) => !RUNNERS_OWN.has(basename(path)),
    });
    await rename(beside, folder);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
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

/** Puts the whole folder back as the course has it; what the learner had is moved to a name beside it, which is returned. */
export async function resetExercise(exercise: Exercise, folder: string): Promise<string | null> {
  let kept: string | null = await freeName(`${folder}.bak`);
  try {
    await rename(folder, kept);
  } catch (error) {
    if (!isMissing(error)) throw error;
    kept = null;
  }
  await copyExercise(exercise, folder);
  return kept;
}

/** Writes the solution's files. */
export async function copySolution(exercise: Exercise, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  await cp(exercise.solution, folder, { recursive: true });
}
