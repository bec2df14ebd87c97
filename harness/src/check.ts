/**
 * The whole story: build both, drive both, compare, measure, judge, explain. What each word means is told by the folder of
 * that name; here values are only handed from one to the next. Of one contract it is told in check/check-contract.ts.
 */
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { all } from "./check/all.ts";
import { checkContract } from "./check/check-contract.ts";
import { measuredOf, type Measured } from "./check/measured.ts";
import type { FuzzSettings, Progress } from "./check/workplace.ts";
import { refuseUnknown, type Selection } from "./contract/select.ts";
import { openEngine, type Engine } from "./engine/engine.ts";
import { measureImages } from "./measure/measure.ts";
import type { Contract } from "./model/contract.ts";
import type { Image } from "./model/image.ts";
import { worst, type CheckResult, type MeasuredImage } from "./model/result.ts";

export type { Progress } from "./check/workplace.ts";

export interface CheckOptions extends Selection {
  /** Containers driven at the same time. */
  readonly jobs: number;
  /** Whether Docker's build cache may be used. */
  readonly cache: boolean;
  readonly keep: boolean;
  readonly fuzz: FuzzSettings;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What a check is by default: everything, cached, with a container more at once than there are cores, in half an hour. */
export function checkDefaults(): CheckOptions {
  return {
    jobs: availableParallelism() + 1,
    cache: true,
    keep: false,
    only: null,
    candidates: null,
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
 * @throws InputError for what this version cannot check or a name that no contract knows, before anything is started;
 * EngineError when no engine answers or it fails on the way; the reason of `options.signal` when that was aborted.
 */
export async function check(
  subjects: readonly Subject[],
  options: CheckOptions,
): Promise<CheckResult> {
  const began = performance.now();
  for (const { contract } of subjects) refuseUnknown(contract, options);
  await using engine = await openEngine(options.keep);
  const gate = pLimit(options.jobs);
  const side = pLimit(2); // more contracts at once would only make their builds wait for each other
  const place = {
    ...options,
    engine,
    gate: <T>(task: () => Promise<T>): Promise<T> => gate(task),
    measure: (images: readonly Image[]) => measure(engine, images, options),
  };
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
  const measured = await measure(engine, images, options);
  return images.map((image) => measuredOf(measured, image));
}

/** Layers of all images are read in one pass; what is inside is told by them, or by each image's tree by itself. */
async function measure(
  engine: Engine,
  images: readonly Image[],
  { cache, signal }: Pick<CheckOptions, "cache" | "signal">,
): Promise<Measured> {
  const asked = images.map(({ config }) => ({ id: config.id, layers: config.layers }));
  const source = {
    save: (ids: readonly string[]) => engine.save(ids, signal),
    tree: async (id: string) => engine.tree(id, signal),
  };
  const found = await measureImages(asked, source, { cache });
  const measured = new Map<string, MeasuredImage>();
  for (const image of images) {
    const it = found.get(image.config.id);
    if (it) measured.set(image.config.id, { image, ...it });
  }
  return measured;
}
