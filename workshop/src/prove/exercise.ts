import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Exercise } from "../course/exercise.ts";
import { stateHint } from "../judge/hint.ts";
import { openBench, type Bench } from "../judge/judge.ts";
import type { Outcome } from "../judge/outcome.ts";
import { findingsOf, findReason, reasonText } from "../judge/reason.ts";
import type { Fault } from "./finding.ts";
import { hintFaults } from "./hints.ts";

/** One exercise, ready to be proved: a twin that its starter and its solution are held against. */
export interface Trial extends AsyncDisposable {
  /** The starter has to fail, for its reason, with hints about it. */
  starter(): Promise<Proved>;
  /** The solution has to pass. */
  solution(): Promise<Proved>;
}

export interface Proved {
  readonly outcome: Outcome;
  /** What a learner is told. */
  readonly hint: string | null;
  readonly faults: readonly Fault[];
}

/**
 * Opens a trial; the solution is laid over a copy of the exercise, and nothing of the course is written to.
 * @throws as `openBench` does.
 */
export async function openTrial(exercise: Exercise, signal: AbortSignal): Promise<Trial> {
  const root = await mkdtemp(join(tmpdir(), "slimproof-workshop-"));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    const solved = join(root, exercise.name);
    await cp(exercise.folder, solved, { recursive: true, preserveTimestamps: true });
    // What is missing there is a fault of the listing.
    await cp(exercise.solution, solved, { recursive: true }).catch(() => {});
    const folders = { starter: exercise.folder, solution: solved };
    const bench = await openBench(exercise, folders, { signal });
    return {
      starter: () => proveStarter(exercise, bench, solved, signal),
      solution: () => proveSolution(exercise, bench, signal),
      async [Symbol.asyncDispose]() {
        await bench[Symbol.asyncDispose]();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function proveStarter(
  exercise: Exercise,
  bench: Bench,
  solved: string,
  signal: AbortSignal,
): Promise<Proved> {
  const outcome = await judged(bench, "starter", signal);
  const hint = stateHint(exercise, outcome)?.text ?? null;
  const wanted = reasonText(exercise.starter);
  const fault = (message: string): Fault => ({ of: exercise.name, about: "starter", message });
  if (outcome.kind === "done")
    return { outcome, hint, faults: [fault(`passes as it is; it has to fail: ${wanted}`)] };
  if (!findReason(exercise.starter, outcome))
    return {
      outcome,
      hint,
      faults: [fault(`does not fail for its reason, ${wanted}, but: ${foundText(outcome)}`)],
    };
  const changed = await changedLines(exercise, solved);
  return { outcome, hint, faults: hintFaults(exercise, outcome, changed) };
}

async function proveSolution(
  exercise: Exercise,
  bench: Bench,
  signal: AbortSignal,
): Promise<Proved> {
  const outcome = await judged(bench, "solution", signal);
  const hint = stateHint(exercise, outcome)?.text ?? null;
  const message = `does not pass: ${foundText(outcome)}`;
  const faults = outcome.kind === "done" ? [] : [{ of: exercise.name, about: "solution", message }];
  return { outcome, hint, faults };
}

/** What could not be told is asked once more: a machine that is busy with two exercises makes a start come late. */
async function judged(bench: Bench, name: string, signal: AbortSignal): Promise<Outcome> {
  const options = { signal, onProgress: () => {} };
  const outcome = await bench.judge(name, options);
  return outcome.kind === "unproven" ? await bench.judge(name, options) : outcome;
}

/** What the judge found, all of it in one line. */
function foundText(outcome: Outcome): string {
  const found = findingsOf(outcome).map(({ evidence, fact }) =>
    fact === null || evidence.startsWith(fact) ? evidence : `${fact}: ${evidence}`,
  );
  return [outcome.kind, ...found.slice(0, 5)].join("; ");
}

/** Lines of the edited files that only one of starter and solution has, comments aside. */
async function changedLines(exercise: Exercise, solved: string): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const file of exercise.edit) {
    const [before, after] = await Promise.all(
      [exercise.folder, solved].map(async (folder) =>
        (await readFile(join(folder, file), "utf8"))
          .split("\n")
          .map((it) => it.trim())
          .filter((it) => it !== "" && !it.startsWith("#")),
      ),
    );
    const both = [before ?? [], after ?? []] as const;
    changed.push(...both[0].filter((it) => !both[1].includes(it)));
    changed.push(...both[1].filter((it) => !both[0].includes(it)));
  }
  return changed;
}
