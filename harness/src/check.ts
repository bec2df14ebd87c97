/**
 * The whole story: build both, drive both, compare, measure, judge, explain. What each word means is told by the folder of
 * that name; here values are only handed from one to the next. Of one contract it is told in check/check-contract.ts.
 */
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { all } from "./check/all.ts";
import { checkContract } from "./check/check-contract.ts";
import type { Grounds } from "./check/grounds.ts";
import { measure, measuredOf } from "./check/measured.ts";
import type { FuzzSettings, Progress, Workplace } from "./check/workplace.ts";
import { standing, type Standing } from "./check/standing.ts";
import { refuseUnknown, type Selection } from "./contract/select.ts";
import { openEngine, type Engine } from "./engine/engine.ts";
import type { Contract } from "./model/contract.ts";
import { InputError } from "./model/error.ts";
import { MOST_RUNS, worst, type CheckResult, type MeasuredImage } from "./model/result.ts";

export type { Standing, StandingCheck } from "./check/standing.ts";
export type { Progress } from "./check/workplace.ts";

export interface CheckOptions extends Selection {
  /** Containers driven at the same time. */
  readonly jobs: number;
  /** Whether Docker's build cache may be used. */
  readonly cache: boolean;
  readonly keep: boolean;
  /** How often each candidate is driven, and the baseline as often, but twice at least. */
  readonly runs: number;
  readonly fuzz: FuzzSettings;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Told of each pair that was judged by what was observed of it, so that it can be judged again without an engine. */
  readonly onJudged?: (grounds: Grounds) => void;
}

/** What a check is by default: everything, cached, with a container more at once than there are cores, in half an hour. */
export function checkDefaults(): CheckOptions {
  return {
    jobs: availableParallelism() + 1,
    cache: true,
    keep: false,
    only: null,
    candidates: null,
    runs: 1,
    fuzz: { seed: randomInt(2 ** 31), budget: 60_000 },
    signal: AbortSignal.timeout(30 * 60_000),
    onProgress: () => {},
  };
}

/** A contract and the name its folder has for the user. */
export interface Subject {
  readonly contract: Contract;
  readonly folder: string;
}

/**
 * Checks contracts side by side in one engine, and leaves nothing of its own there.
 * @throws InputError for a number of runs out of bounds or a name that no contract knows, before anything is started;
 * EngineError when no engine answers or it fails on the way; the reason of `options.signal` when that was aborted.
 */
export async function check(
  subjects: readonly Subject[],
  options: CheckOptions,
): Promise<CheckResult> {
  const began = performance.now();
  refuseRuns(options.runs);
  for (const { contract } of subjects) refuseUnknown(contract, options);
  await using engine = await openEngine(options.keep);
  const side = pLimit(2); // more contracts at once would only make their builds wait for each other
  const place = workplace(engine, options, false);
  const pairs = await all(
    subjects.map(({ contract, folder }) => side(() => checkContract(contract, folder, place))),
  );
  const results = pairs.flat();
  return {
    verdict: worst(results.map((it) => it.verdict)),
    pairs: results,
    seconds: (performance.now() - began) / 1000,
  };
}

/**
 * Stands a contract's baseline up, for checks of its candidates that follow each other: what a watch mode needs. Only a
 * signal that is given bounds its life; the caller disposes of it.
 * @throws as `check` does before anything is started.
 */
export async function standUp(
  { contract, folder }: Subject,
  options: Partial<Omit<CheckOptions, "runs">> = {},
): Promise<Standing> {
  const chosen = { ...checkDefaults(), signal: new AbortController().signal, ...options, runs: 1 };
  refuseUnknown(contract, chosen);
  const engine = await openEngine(chosen.keep);
  return standing(contract, folder, workplace(engine, chosen, true));
}

function refuseRuns(runs: number): void {
  if (!Number.isInteger(runs) || runs < 1 || runs > MOST_RUNS)
    throw new InputError(`runs: ${runs} is no whole number from 1 to ${MOST_RUNS}`);
}

/** What all contracts of a check share. */
function workplace(engine: Engine, options: CheckOptions, likely: boolean): Workplace {
  const gate = pLimit(options.jobs);
  return { ...options, engine, likely, gate: (task) => gate(task) };
}

/**
 * Finds images by reference and measures them, without running anything.
 * @throws InputError when the engine lacks one; EngineError when no engine answers.
 */
export async function measureRefs(
  refs: readonly string[],
  options: Pick<CheckOptions, "cache" | "signal">,
): Promise<readonly MeasuredImage[]> {
  await using engine = await openEngine(false);
  const images = await all(
    refs.map((image) =>
      engine.image(
        { kind: "image", image, platform: null },
        { ...options, keep: false, onEvent: () => {} },
      ),
    ),
  );
  const measured = await measure(images, { ...options, engine });
  return images.map((image) => measuredOf(measured, image));
}
