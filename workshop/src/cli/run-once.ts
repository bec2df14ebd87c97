import type { Exercise } from "../course/exercise.ts";
import type { Desk } from "../desk/desk.ts";
import { copySolution, fingerprint } from "../desk/files.ts";
import { goalOf } from "../desk/goal.ts";
import { arrived, judged, nextAfter, progressOf } from "../desk/progress.ts";
import type { State } from "../desk/state.ts";
import { hintFor, openJudge } from "../judge/judge.ts";
import type { Outcome } from "../judge/outcome.ts";
import type { Look } from "../screen/look.ts";
import { linesOf } from "../screen/pages.ts";
import { verdictBody, type Verdict } from "../screen/verdict.ts";
import { openSteps } from "./steps.ts";
import { callName, print, shown } from "./surroundings.ts";

export interface RunOptions {
  readonly look: Look;
  readonly signal: AbortSignal;
  /** Judge it though it passed as it is. */
  readonly isAnew?: boolean;
  /** Leave the verdict's details out. */
  readonly isBrief?: boolean;
}

/**
 * Judges an exercise, writes down and prints what came of it. Returns the exit code: 0 done, 1 not yet, 2 could not tell.
 * @throws EngineError when the engine fails; the reason of `signal` when that was aborted.
 */
export async function runOnce(
  desk: Desk,
  exercise: Exercise,
  options: RunOptions,
): Promise<number> {
  const { look, signal } = options;
  const folder = desk.place(exercise);
  const before = await fingerprint(exercise, folder);
  const { passed } = progressOf(await desk.state(), exercise.name);
  const title = `${String(exercise.number).padStart(2, "0")} ${exercise.title}`;
  if (passed === before && !options.isAnew) {
    const said = `${look.done} ${title}: done, and not changed since it passed`;
    print([said, ...nextOf(desk, await desk.state(), exercise)]);
    return 0;
  }
  if (!options.isBrief) await desk.update((it) => arrived(it, exercise.name, new Date()));
  const began = performance.now();
  const outcome = await judgeOnce(exercise, folder, signal);
  const seconds = (performance.now() - began) / 1000;
  const hint = hintFor(exercise, outcome);
  const starter = await fingerprint(exercise, exercise.folder);
  const isDone = outcome.kind === "done";
  const verdict = { isDone, fingerprint: before, starter, stuck: hint };
  await desk.update((state) => judged(state, exercise.name, verdict, new Date()));
  if (isDone) await copySolution(exercise, desk.solution(exercise));
  const shownVerdict = { outcome, seconds, hint, sizes: await sizesOf(exercise, outcome) };
  print(
    options.isBrief
      ? brief(title, shownVerdict, look)
      : [
          ...whole(desk, exercise, title, shownVerdict, look),
          ...(isDone ? nextOf(desk, await desk.state(), exercise) : []),
        ],
  );
  return isDone ? 0 : outcome.kind === "unproven" ? 2 : 1;
}

async function judgeOnce(
  exercise: Exercise,
  folder: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const steps = openSteps();
  try {
    await using judge = await openJudge(exercise, folder, { signal });
    return await judge.judge({ signal, onProgress: steps.step });
  } catch (error) {
    signal.throwIfAborted(); // whatever else fails then, it was asked to end
    throw error;
  } finally {
    steps.stop();
  }
}

async function sizesOf(exercise: Exercise, outcome: Outcome): Promise<Verdict["sizes"]> {
  const goal = await goalOf(exercise);
  const images = "pair" in outcome ? outcome.pair.images : null;
  const twin = images?.baseline?.size.unpacked ?? null;
  const size = images?.candidate?.size.unpacked ?? null;
  return { size, twin, goal: goal && { text: goal.text, bytes: goal.bytes(twin) } };
}

function brief(title: string, { outcome }: Verdict, look: Look): readonly string[] {
  const mark =
    outcome.kind === "done" ? look.done : outcome.kind === "unproven" ? look.unsure : look.wrong;
  return [
    `${mark} ${title}: ${outcome.kind === "done" ? "done" : outcome.kind === "unproven" ? "could not be told" : "not yet"}`,
  ];
}

/** What to do after an exercise that is done. */
function nextOf(desk: Desk, state: State, exercise: Exercise): readonly string[] {
  const next = nextAfter(state, desk.course, exercise);
  if (!next) return [];
  const title = `${String(next.number).padStart(2, "0")} ${next.title}`;
  return [`Next: ${title}, which \`${callName(desk)} watch ${next.number}\` opens`];
}

function whole(
  desk: Desk,
  exercise: Exercise,
  title: string,
  verdict: Verdict,
  look: Look,
): readonly string[] {
  const columns = Math.min(100, process.stdout.columns || 80) - 1;
  const body = verdictBody(verdict, columns, look);
  const next =
    verdict.outcome.kind === "done"
      ? `The solution, with its reasons, is in ${shown(desk.solution(exercise))}.`
      : `Edit ${shown(desk.place(exercise))}/${exercise.edit[0]}, then \`${callName(desk)} run ${exercise.number}\`; \`${callName(desk)} hint\` helps.`;
  return [title, ...(body.whole ?? linesOf(body)), "", next];
}
