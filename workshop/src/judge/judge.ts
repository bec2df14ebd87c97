/**
 * The judge of an exercise: the twin, the contract and the app are the course's own, so that nobody passes by changing
 * them; the candidate is what the learner's folder holds.
 */
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import {
  loadContract,
  openEngine,
  standUp,
  InputError,
  type Contract,
  type PairResult,
  type Progress,
  type Standing,
} from "slimproof";
import { prepareBases } from "../bases/prepare.ts";
import type { Exercise } from "../course/exercise.ts";
import { lookAt } from "./advice/folder.ts";
import { withSeen } from "./advice/seen.ts";
import { firstLack } from "./checks/checks.ts";
import type { BuildSource } from "./checks/trial.ts";
import type { Outcome } from "./outcome.ts";
import { openRelay } from "./relay.ts";
import { stepText } from "./step-text.ts";

export { hintFor } from "./hint.ts";

/** What a judge is at, and the bytes of the learner's image as far as it was measured, now or the time before. */
export interface Step {
  readonly text: string;
  readonly size: number | null;
}

export interface JudgeOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (step: Step) => void;
  /** Told of what differs in a first run, seconds before more runs confirm it or do not. */
  readonly onLikely?: (outcome: Outcome) => void;
}

export interface Judge extends AsyncDisposable {
  /**
   * Judges what the folder holds now.
   * @throws EngineError when the engine fails; the reason of the signal when that was aborted.
   */
  judge(options: JudgeOptions): Promise<Outcome>;
}

/**
 * Opens a judge of one exercise; the twin is built and driven at once, and kept until it is disposed of. `folder` is
 * where the learner's copy lies. `signal` ends all that it does.
 * @throws InputError when the contract is no contract; EngineError when no engine answers.
 */
export async function openJudge(
  exercise: Exercise,
  folder: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<Judge> {
  const bench = await openBench(exercise, { yours: folder }, { signal });
  return {
    async judge(options) {
      const seen = await lookAt(exercise, folder);
      const { onLikely } = options;
      const outcome = await bench.judge("yours", {
        ...options,
        ...(onLikely && { onLikely: (it) => onLikely(withSeen(exercise, it, seen)) }),
      });
      return withSeen(exercise, outcome, seen);
    },
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

/** A twin that several folders are held against, each under its own name. */
export interface Bench extends AsyncDisposable {
  judge(name: string, options: JudgeOptions): Promise<Outcome>;
}

/**
 * As `openJudge`, for several folders by name.
 * @throws as `openJudge` does.
 */
export async function openBench(
  exercise: Exercise,
  folders: Readonly<Record<string, string>>,
  { signal }: { readonly signal: AbortSignal },
): Promise<Bench> {
  const contract = await loadContract(exercise.folder);
  const candidates = Object.entries(folders).map(([name, folder]) => ({
    name,
    source: sourceIn(contract, exercise.folder, folder),
  }));
  await haveBases(signal);
  const twin = openRelay();
  const tellTwin = (progress: Progress): void => {
    const told = progress.kind === "queued" ? "the twin: build" : stepText(progress, null);
    if (told !== null) twin.tell(told);
  };
  const standing = await standUp(
    { contract: { ...contract, candidates }, folder: exercise.name },
    { signal, onProgress: tellTwin },
  );
  standing.ready.then(twin.close, twin.close);
  const sizes = new Map<string, number>();
  return {
    async judge(name, options) {
      const source = candidates.find((it) => it.name === name)?.source;
      if (!source) throw new Error(`no folder is named ${name}`); // a mistake of ours
      const onProgress = (text: string): void =>
        options.onProgress({ text, size: sizes.get(name) ?? null });
      const onSize = ({ images }: PairResult): void => {
        if (images.candidate) sizes.set(name, images.candidate.size.unpacked);
      };
      const onLikely = (pair: PairResult): void => {
        onSize(pair);
        options.onLikely?.({ kind: "differs", pair });
      };
      const own = { signal: AbortSignal.any([signal, options.signal]), onProgress, onLikely };
      const stop = twin.listen(onProgress);
      const outcome = await judge(exercise, { name, source, standing, ...own }).finally(stop);
      if ("pair" in outcome) onSize(outcome.pair);
      return outcome;
    },
    [Symbol.asyncDispose]: () => standing[Symbol.asyncDispose](),
  };
}

/** Bases that the course makes itself are made by the first judge of a process that is opened, where the engine lacks them. */
async function haveBases(signal: AbortSignal): Promise<void> {
  bases ??= prepareBases({ signal, log: () => {} });
  await bases.catch((error: unknown) => {
    bases = null; // the next one may have a network, or was not interrupted
    throw error;
  });
}

let bases: Promise<unknown> | null = null;

/** The contract's one candidate, made from another folder. */
function sourceIn(contract: Contract, course: string, folder: string): BuildSource {
  const [first, second] = contract.candidates;
  if (first?.source.kind !== "build" || second)
    throw new InputError(
      `${relative(process.cwd(), contract.file ?? course)}: an exercise has one candidate, built from a Dockerfile: candidates: { yours: Dockerfile }`,
    );
  return { ...first.source, context: join(folder, relative(course, first.source.context)) };
}

interface Case {
  readonly name: string;
  readonly source: BuildSource;
  readonly standing: Standing;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  readonly onLikely: (pair: PairResult) => void;
}

async function judge(exercise: Exercise, it: Case): Promise<Outcome> {
  const { name, source, standing, signal, onProgress } = it;
  const text = await readFile(join(source.context, source.dockerfile), "utf8").catch(() => "");
  if (!hasInstruction(text)) return { kind: "empty", file: source.dockerfile };
  const pair = await standing.check(name, {
    signal,
    onProgress: (progress) => {
      if (progress.kind === "likely") it.onLikely(progress.result);
      const told = stepText(progress, name);
      if (told !== null) onProgress(told);
    },
  });
  const { images, error } = pair;
  if (images.baseline && !images.candidate && error)
    return { kind: "unbuilt", message: error.message, detail: error.detail };
  if (pair.verdict === "unproven") return { kind: "unproven", pair };
  if (pair.verdict === "differs") return { kind: "differs", pair };
  if (exercise.checks.length === 0) return { kind: "done", pair };
  await using engine = await openEngine(false);
  const image = images.candidate?.image.ref ?? "";
  const lack = await firstLack(exercise.checks, {
    engine,
    source,
    text,
    image,
    signal,
    onProgress,
  });
  return lack ? { kind: "lacking", pair, ...lack } : { kind: "done", pair };
}

/** Whether anything is left of a Dockerfile without blank lines and comments. */
function hasInstruction(text: string): boolean {
  return DockerfileParser.parse(text).getInstructions().length > 0;
}
