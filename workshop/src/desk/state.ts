/**
 * A desk is a learner's folder: copies of the exercises to work on, and how far the work has come. What lives here reads
 * and writes that folder; nothing here judges or prints.
 * This file: `.workshop-state.json`, plain JSON that a person can read and a scoreboard can merge.
 */
import { randomUUID } from "node:crypto";
import { access, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "slimproof";
import { z } from "zod";

export const STATE_FILE = ".workshop-state.json";
/** Of the file's format. */
export const VERSION = 1;

const time = z.iso.datetime();

const recordSchema = z.object({
  /** When it was first looked at. */
  opened: time.nullable(),
  /** Verdicts on a file that was changed since the one before; the untouched starter does not count. */
  attempts: z.int().nonnegative(),
  /** Staged hints that were shown. */
  hints: z.int().min(0).max(3),
  /** When it first passed. */
  done: time.nullable(),
  /** From `opened` to `done`. */
  seconds: z.number().nonnegative().nullable(),
  /** Fingerprint of the files that passed: while the learner's are these, nothing needs to be judged again. */
  passed: z.string().nullable(),
  /** Fingerprint of the files that were judged last. */
  judged: z.string().nullable(),
  /** The hint for the state that the last verdict found. */
  stuck: z.string().nullable(),
  skipped: z.boolean(),
  /** Whether the solution was shown before it was done. */
  peeked: z.boolean(),
});

const stateSchema = z.object({
  version: z.literal(VERSION),
  learner: z.string(),
  /** Folder of the exercises that the desk was made from; null for this checkout's own. */
  course: z.string().nullable(),
  started: time,
  /** Name of the exercise that watch mode opens. */
  current: z.string().nullable(),
  exercises: z.record(z.string(), recordSchema),
});

export type State = z.infer<typeof stateSchema>;
export type Progress = z.infer<typeof recordSchema>;

/** What is known of an exercise that nobody has looked at. */
export const UNTOUCHED: Progress = {
  opened: null,
  attempts: 0,
  hints: 0,
  done: null,
  seconds: null,
  passed: null,
  judged: null,
  stuck: null,
  skipped: false,
  peeked: false,
};

/** The beginning. */
export function newState(learner: string, course: string | null, now = new Date()): State {
  const started = now.toISOString();
  return { version: VERSION, learner, course, started, current: null, exercises: {} };
}

/** A state as read; `damaged` says in a line what was wrong and where the damaged file is kept, null when it was well. */
export interface ReadState {
  readonly state: State;
  readonly damaged: string | null;
}

/**
 * Reads a desk's state. A file that cannot be understood is set aside under a free name, and one begun of what can be
 * read of it, for `learner` where it does not tell whose it is. @throws InputError for one that a newer workshop wrote.
 */
export async function readState(folder: string, learner: string): Promise<ReadState> {
  const file = join(folder, STATE_FILE);
  const text = await readFile(file, "utf8");
  const parsed = parse(text);
  if (typeof parsed !== "string") return { state: parsed, damaged: null };
  const newer = newerThanThis(text);
  if (newer !== null)
    throw new InputError(
      `${file} was ${newer} and is left as it is: start the newer one, or \`init DIR\` begins anew in another folder`,
    );
  const kept = await freeName(`${file}.bak`);
  await rename(file, kept);
  const state = salvaged(text, learner);
  await writeState(folder, state);
  const done = Object.values(state.exercises).filter((it) => it.done !== null).length;
  const rest =
    done > 0 ? `what could be read of it goes on (${done} done)` : "the progress begins anew";
  const damaged = `${file} was damaged (${parsed}): kept as ${kept}, and ${rest}; \`verify --all\` finds again what is done`;
  return { state, damaged };
}

/** A new state with what a damaged one still tells: whose it is, its course, and each exercise that is well. */
function salvaged(text: string, learner: string): State {
  const fields = fieldsOf(text);
  const known = z.string().min(1).safeParse(fields["learner"]);
  const course = z.string().min(1).safeParse(fields["course"]);
  const exercises = z.record(z.string(), z.unknown()).safeParse(fields["exercises"]);
  const records = Object.entries(exercises.data ?? {}).flatMap(([name, it]) => {
    const { data } = recordSchema.safeParse(it);
    return data ? [[name, data] as const] : [];
  });
  const begun = newState(known.data ?? learner, course.data ?? null);
  return { ...begun, exercises: Object.fromEntries(records) };
}

/** The fields of a document; of one that ends too early, the texts at its beginning. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    const lines = text.matchAll(/^ {2}"(\w+)": ("(?:[^"\\]|\\.)*"),$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name, unquoted(value)]));
  }
}

function unquoted(value = ""): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return null; // an escape that is none
  }
}

/** What to call a file in a format that comes after ours; null for any other. */
export function newerThanThis(text: string): string | null {
  try {
    const { version } = z.object({ version: z.int().min(VERSION + 1) }).parse(JSON.parse(text));
    return `written by a newer workshop (format ${version}, this one reads ${VERSION})`;
  } catch {
    return null;
  }
}

/** The state, or what is wrong with the text in a few words. */
function parse(text: string): State | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.trim() === "" ? "it is empty" : "it is no JSON";
  }
  const { data, error } = stateSchema.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "not understood"}`;
}

/** The first of NAME, NAME2, NAME3 … that is not taken. */
export async function freeName(name: string): Promise<string> {
  for (let nth = 1; ; nth++) {
    const path = nth === 1 ? name : `${name}${nth}`;
    const isTaken = await access(path).then(
      () => true,
      () => false,
    );
    if (!isTaken) return path;
  }
}

/** Writes beside the file and moves it there, so that whoever is killed leaves the old one or the new one whole. */
export async function writeState(folder: string, state: State): Promise<void> {
  const file = join(folder, STATE_FILE);
  const beside = `${file}.${randomUUID()}`;
  try {
    const handle = await open(beside, "wx");
    try {
      await handle.writeFile(`${JSON.stringify(state, null, 2)}\n`);
      await handle.sync(); // a rename may reach the disk before the bytes do
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
