import { EngineError, InputError, type PairResult } from "slimproof";
import type { Exercise } from "../course/exercise.ts";
import type { Desk } from "../desk/desk.ts";
import { copySolution, fingerprint } from "../desk/files.ts";
import { goalOf, type Goal } from "../desk/goal.ts";
import { arrived, judged, progressOf } from "../desk/progress.ts";
import type { hintFor as HintFor } from "../judge/judge.ts";
import type { Sizes } from "../screen/bars.ts";
import type { CheckEvent } from "./checker.ts";
import type { Panel, Phase } from "./scene.ts";

/** What the loop of watch mode knows. */
export interface Position {
  readonly exercise: Exercise;
  readonly goal: Goal | null;
  readonly phase: Phase;
  readonly panel: Panel | null;
  readonly notice: string | null;
  /** Which page is shown of what there is not room for at once. */
  readonly page: number;
  /** Number of the check under way, null when there is none. */
  readonly check: number | null;
  /** Whether that check is of what a reset just wrote, of which the watcher still has to tell. */
  readonly isReset: boolean;
  readonly began: number;
  readonly size: number | null;
  /** The last pair that was judged in full. */
  readonly pair: PairResult | null;
}

/** The learner comes to an exercise, which is judged unless it passed as it is. */
export async function enter(desk: Desk, exercise: Exercise): Promise<Position> {
  const state = await desk.update((it) => arrived(it, exercise.name, new Date()));
  const isKept =
    progressOf(state, exercise.name).passed === (await fingerprint(exercise, desk.place(exercise)));
  return {
    exercise,
    goal: await goalOf(exercise),
    phase: isKept ? { kind: "kept" } : { kind: "working", step: "", seconds: 0, sizes: NO_SIZES },
    panel: null,
    notice: null,
    page: 0,
    check: null,
    isReset: false,
    began: performance.now(),
    size: null,
    pair: null,
  };
}

const NO_SIZES: Sizes = { size: null, twin: null, goal: null };

/** What is known of the sizes, when the learner's image has `size` bytes. */
export function sizesOf(
  { goal, pair }: Pick<Position, "goal" | "pair">,
  size: number | null,
): Sizes {
  const twin = pair?.images.baseline?.size.unpacked ?? null;
  return { size, twin, goal: goal && { text: goal.text, bytes: goal.bytes(twin) } };
}

/** A check goes on; `told` is the size of its image where that is known. */
export function stepped(at: Position, step: string, told: number | null): Position {
  if (at.phase.kind === "verdict" && at.check !== null && at.phase.verdict.isLikely) return at;
  const size = told ?? at.size;
  const seconds = (performance.now() - at.began) / 1000;
  return { ...at, size, phase: { kind: "working", step, seconds, sizes: sizesOf(at, size) } };
}

/** What a first run found is shown at once; whether it stays so is told when more runs have confirmed it. */
export function likely(
  hintFor: typeof HintFor,
  at: Position,
  { outcome, seconds }: Extract<CheckEvent, { kind: "likely" }>,
): Position {
  const pair = "pair" in outcome ? outcome.pair : at.pair;
  const size = pair?.images.candidate?.size.unpacked ?? null;
  const sizes = sizesOf({ goal: at.goal, pair }, size);
  const verdict = { outcome, seconds, hint: hintFor(at.exercise, outcome), sizes, isLikely: true };
  return { ...at, pair, size, page: 0, phase: { kind: "verdict", verdict } };
}

/** A verdict is written down, and what belongs to it. */
export async function settled(
  desk: Desk,
  hintFor: typeof HintFor,
  at: Position,
  { outcome, seconds, fingerprint: print }: Extract<CheckEvent, { kind: "verdict" }>,
): Promise<Position> {
  const { exercise } = at;
  const hint = hintFor(exercise, outcome);
  const isDone = outcome.kind === "done";
  const starter = await fingerprint(exercise, exercise.folder);
  const verdict = { isDone, fingerprint: print, starter, stuck: hint };
  await desk.update((state) => judged(state, exercise.name, verdict, new Date()));
  if (isDone) await copySolution(exercise, desk.solution(exercise));
  const pair = "pair" in outcome ? outcome.pair : at.pair;
  const size = "pair" in outcome ? (outcome.pair.images.candidate?.size.unpacked ?? null) : null;
  const sizes = sizesOf({ goal: at.goal, pair }, size);
  const panel = at.panel === "hint" || at.panel === "list" ? at.panel : null;
  return {
    ...at,
    pair,
    size,
    panel,
    page: panel === null ? 0 : at.page,
    check: null,
    phase: { kind: "verdict", verdict: { outcome, seconds, hint, sizes } },
  };
}

/** The judge failed. @throws what is a mistake of ours. */
export function broke(error: unknown): Phase {
  const known = error instanceof EngineError || error instanceof InputError;
  if (!known) throw error;
  return { kind: "broke", message: `${error.message} (r tries again)` };
}
