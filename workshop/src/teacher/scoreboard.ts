import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { harmless, padded, widthOf } from "slimproof";
import { z } from "zod";
import { newerThanThis, STATE_FILE, VERSION } from "../desk/state.ts";

/** What of a progress file is merged; the desk writes more. */
const progress = z.object({
  done: z.iso.datetime().nullable(),
  seconds: z.number().nonnegative().nullable(),
  hints: z.int().nonnegative(),
  attempts: z.int().nonnegative(),
  peeked: z.boolean(),
});
const file = z.object({
  version: z.literal(VERSION),
  learner: z.string().min(1),
  exercises: z.record(z.string(), progress),
});

/** What a learner has done, all files of the same name together. */
export interface Score {
  readonly learner: string;
  /** Names of exercises that passed, sorted. */
  readonly done: readonly string[];
  /** Spent on those, from opening to passing. */
  readonly seconds: number;
  readonly hints: number;
  readonly attempts: number;
  /** Solutions that were looked at before passing. */
  readonly peeked: number;
  /** When the last one passed, null when none did. */
  readonly last: string | null;
}

export interface Scoreboard {
  /** Most done first; of equals, who was there first. */
  readonly scores: readonly Score[];
  /** Files that could not be understood, and why. */
  readonly damaged: readonly { readonly file: string; readonly why: string }[];
}

/** Merges progress files; a desk's folder stands for the file in it. Those that cannot be understood are told of and left out. */
export async function readScoreboard(paths: readonly string[]): Promise<Scoreboard> {
  const read = await Promise.all(paths.map(readOne));
  const damaged = read.flatMap((it) => ("why" in it ? [it] : []));
  const files = read.flatMap((it) => ("why" in it ? [] : [it]));
  const byLearner = Map.groupBy(files, ({ learner }) => learner);
  const scores = [...byLearner].map(([learner, them]) => scoreOf(learner, them));
  return { scores: scores.toSorted(inOrder), damaged };
}

type ProgressFile = z.infer<typeof file>;
type Progress = z.infer<typeof progress>;

async function readOne(path: string): Promise<ProgressFile | Scoreboard["damaged"][number]> {
  try {
    const isFolder = (await stat(path)).isDirectory();
    const text = await readFile(isFolder ? join(path, STATE_FILE) : path, "utf8");
    const { data, error } = file.safeParse(JSON.parse(text));
    if (data) return data;
    const newer = newerThanThis(text);
    if (newer !== null) return { file: path, why: `${newer}: merge with that one` };
    const [issue] = error.issues;
    return {
      file: path,
      why: `${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "not understood"}`,
    };
  } catch (error) {
    const why = error instanceof SyntaxError ? "no JSON" : (error as Error).message;
    return { file: path, why };
  }
}

/** Of one exercise in several files, the one that passed first counts. */
function scoreOf(learner: string, files: readonly ProgressFile[]): Score {
  const best = new Map<string, Progress>();
  for (const [name, it] of files.flatMap(({ exercises }) => Object.entries(exercises))) {
    const known = best.get(name);
    if (!known || (it.done ?? "~") < (known.done ?? "~")) best.set(name, it);
  }
  const all = [...best.values()];
  const done = [...best].filter(([, it]) => it.done !== null);
  const sum = (of: (it: Progress) => number): number =>
    all.reduce((total, it) => total + of(it), 0);
  return {
    learner,
    done: done.map(([name]) => name).sort(),
    seconds: sum((it) => (it.done === null ? 0 : (it.seconds ?? 0))),
    hints: sum((it) => it.hints),
    attempts: sum((it) => it.attempts),
    peeked: all.filter((it) => it.peeked).length,
    last: done.map(([, it]) => it.done).reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b), null),
  };
}

function inOrder(a: Score, b: Score): number {
  const when = (it: Score): string => it.last ?? "~";
  if (a.done.length !== b.done.length) return b.done.length - a.done.length;
  if (when(a) !== when(b)) return when(a) < when(b) ? -1 : 1;
  return a.learner < b.learner ? -1 : 1;
}

/** A table; `of` is how many exercises the course has. */
export function scoreboardText({ scores, damaged }: Scoreboard, of: number): string {
  const rows = scores.map((it) => [
    harmless(it.learner),
    `${it.done.length}/${of}`,
    duration(it.seconds),
    String(it.attempts),
    String(it.hints),
    String(it.peeked),
  ]);
  const head = ["learner", "done", "time", "tries", "hints", "solutions seen"];
  const table = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...table.map((row) => widthOf(row[column] ?? ""))),
  );
  const lines = table.map((row) =>
    row
      .map((it, column) => padded(it, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [
    ...(scores.length === 0 ? [] : lines),
    ...damaged.map((it) => `${harmless(it.file)}: left out: ${harmless(it.why)}`),
  ].join("\n");
}

/** One document, for `--json`. */
export function scoreboardJson(board: Scoreboard): string {
  return JSON.stringify({ schema: 1, ...board }, null, 2);
}

/** 0, or 2 when a file was left out. */
export function scoreboardExit({ damaged }: Scoreboard): number {
  return damaged.length === 0 ? 0 : 2;
}

/** `1 h 05 min`, `12 min`. */
function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} min` : `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
}
