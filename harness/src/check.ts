/**
 * The whole story on one screen: build both, drive both, compare, measure, judge. What each word means is told by the
 * folder of that name; here values are only handed from one to the next.
 */
import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { isOpen, judge, unprovable, type Judgement } from "./compare/judge.ts";
import { refuseUnknown, type Selection } from "./contract/select.ts";
import { drive } from "./drive/drive.ts";
import type { BuildEvent } from "./engine/build-log.ts";
import { openEngine, type Engine } from "./engine/engine.ts";
import { measureImages } from "./measure/measure.ts";
import type { Contract, ImageSource } from "./model/contract.ts";
import { BuildError } from "./model/error.ts";
import type { Observation } from "./model/fact.ts";
import type { Image } from "./model/image.ts";
import {
  worst,
  type CheckResult,
  type MeasuredImage,
  type PairResult,
  type Verdict,
} from "./model/result.ts";

/** What an image of a pair is at. */
export type Progress = { readonly pair: string; readonly image: string } & (
  | { readonly kind: "queued" }
  | { readonly kind: "build"; readonly event: BuildEvent }
  | { readonly kind: "built"; readonly seconds: number | null }
  | { readonly kind: "drive"; readonly probe: string }
  | { readonly kind: "again" }
  | { readonly kind: "judged"; readonly verdict: Verdict }
);

export interface CheckOptions extends Selection {
  /** Containers driven at the same time. */
  readonly jobs: number;
  /** Whether Docker's build cache may be used. */
  readonly cache: boolean;
  readonly keep: boolean;
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
  const pairs = await all(
    subjects.map(({ contract, folder }) =>
      side(() => checkContract(contract, folder, engine, (task) => gate(task), options)),
    ),
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

type Measured = ReadonlyMap<string, MeasuredImage>;

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

function measuredOf(measured: Measured, image: Image): MeasuredImage {
  const found = measured.get(image.config.id);
  if (!found) throw new Error(`image ${image.config.id} was not measured`); // a mistake of ours
  return { ...found, image }; // two builds of one Dockerfile are one image under two names
}

/** As Promise.all, but waits for every task to end, so that none goes on behind a failure's back. */
async function all<T>(tasks: readonly (T | Promise<T>)[]): Promise<T[]> {
  const results = await Promise.allSettled(tasks);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** Lets a fixed number of containers run at once; one for the whole process. */
type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * Checks every candidate of a contract against its baseline. `folder` is the name to report it under.
 * @throws EngineError when the engine fails; a build that fails, or a program that misbehaves, is a result.
 */
async function checkContract(
  contract: Contract,
  folder: string,
  engine: Engine,
  gate: Gate,
  options: CheckOptions,
): Promise<readonly PairResult[]> {
  const began = performance.now();
  const candidates = contract.candidates.filter(
    ({ name }) => options.candidates?.includes(name) ?? true,
  );
  const names = [baselineName(contract.baseline), ...candidates.map(({ name }) => name)];
  for (const image of names) options.onProgress({ kind: "queued", pair: contract.name, image });
  const sources = [contract.baseline, ...candidates.map(({ source }) => source)];
  const built = await all(
    sources.map((source, at) => build(engine, contract.name, names[at] ?? "", source, options)),
  );
  const images = built.filter((it): it is Image => !(it instanceof BuildError));
  const measuring = measure(engine, images, options);
  const observe = (image: Image, name: string): Promise<Observation> =>
    drive(image, contract, engine.containers, {
      only: options.only,
      limit: gate,
      signal: options.signal,
      onProbe: (probe) =>
        options.onProgress({ kind: "drive", pair: contract.name, image: name, probe }),
    });

  const [baseline, ...others] = built;
  // The baseline is driven twice: what differs between the two is noise. The second time comes last, so that clocks
  // have moved on since the first.
  const oracle = baseline instanceof BuildError ? undefined : baseline;
  const first = oracle ? [observe(oracle, names[0] ?? "")] : [];
  const observed = others.map((it, at) =>
    oracle && !(it instanceof BuildError) ? observe(it, names[at + 1] ?? "") : null,
  );
  const second = oracle ? [observe(oracle, names[0] ?? "")] : [];
  await all<unknown>([...first, ...observed, ...second, measuring]);
  const baselineRuns = await all([...first, ...second]);
  const measured = await measuring;
  const withSize = (image: Image | BuildError | undefined): MeasuredImage | null =>
    image && !(image instanceof BuildError) ? measuredOf(measured, image) : null;

  // A difference is believed only when it is there again in more runs, and when a run of the baseline that is later
  // than the candidate's repeats the baseline's value: a clock that has moved on between the runs is no difference.
  let third: Promise<Observation> | null = null;
  const again = (image: Image, name: string): Promise<Observation> => {
    options.onProgress({ kind: "again", pair: contract.name, image: name });
    return observe(image, name);
  };
  const judgePair = async (name: string, at: number): Promise<Judgement> => {
    const image = others[at];
    const broken = [baseline, image].find((it) => it instanceof BuildError);
    if (broken) return unprovable({ message: broken.message, detail: broken.log });
    const [measuredBaseline, measuredCandidate] = [withSize(baseline), withSize(image)];
    const run = await observed[at];
    if (!measuredBaseline || !measuredCandidate || !run)
      throw new Error("an image was built but not observed and measured"); // a mistake of ours
    const evidence = { baseline: measuredBaseline, candidate: measuredCandidate, baselineRuns };
    const judgement = judge(contract, name, { ...evidence, candidateRuns: [run] });
    if (!isOpen(judgement)) return judgement;
    const more = await all([
      again(measuredCandidate.image, name),
      again(measuredCandidate.image, name),
      (third ??= again(measuredBaseline.image, names[0] ?? "")),
    ]);
    return judge(contract, name, {
      ...evidence,
      baselineRuns: [...baselineRuns, ...more.slice(2)],
      candidateRuns: [run, ...more.slice(0, 2)],
    });
  };
  return await all(
    candidates.map(async ({ name }, at): Promise<PairResult> => {
      const judgement = await judgePair(name, at);
      const { verdict } = judgement;
      options.onProgress({ kind: "judged", pair: contract.name, image: name, verdict });
      const only = options.only ? [`only driven: ${options.only.join(", ")}`] : [];
      return {
        name: contract.name,
        folder,
        baseline: names[0] ?? "",
        candidate: name,
        images: { baseline: withSize(baseline), candidate: withSize(others[at]) },
        ...judgement,
        notes: [...judgement.notes, ...only],
        seconds: (performance.now() - began) / 1000,
      };
    }),
  );
}

/** `single` of Dockerfile.single. */
function baselineName(source: ImageSource): string {
  const ending = source.kind === "build" ? /\.([^./]+)$/.exec(source.dockerfile)?.[1] : undefined;
  return ending ?? "baseline";
}

async function build(
  engine: Engine,
  pair: string,
  image: string,
  source: ImageSource,
  options: CheckOptions,
): Promise<Image | BuildError> {
  try {
    const built = await engine.image(source, {
      cache: options.cache,
      keep: options.keep,
      signal: options.signal,
      onEvent: (event) => options.onProgress({ kind: "build", pair, image, event }),
    });
    options.onProgress({ kind: "built", pair, image, seconds: built.buildSeconds });
    return built;
  } catch (error) {
    if (error instanceof BuildError) return error;
    throw error;
  }
}
