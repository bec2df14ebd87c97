/**
 * The whole story on one screen: build both, drive both, compare, measure, judge. What each word means is told by the
 * folder of that name; here values are only handed from one to the next.
 */
import pLimit from "p-limit";
import { acceptDifferences } from "./compare/accept.ts";
import { judgeClaims, unjudged } from "./compare/claims.ts";
import { configFacts, inheritedEnv } from "./compare/config.ts";
import { compareFacts, type Comparison } from "./compare/facts.ts";
import { drive } from "./drive/drive.ts";
import type { BuildEvent } from "./engine/build-log.ts";
import { openEngine, type Engine } from "./engine/engine.ts";
import { measureImages } from "./measure/measure.ts";
import type { Contract, ImageSource } from "./model/contract.ts";
import { BuildError, EngineError, InputError } from "./model/error.ts";
import type { Observation } from "./model/fact.ts";
import type { Image, ImageSize } from "./model/image.ts";
import {
  worst,
  type CheckResult,
  type MeasuredImage,
  type PairError,
  type PairResult,
  type Verdict,
} from "./model/result.ts";

export type Progress =
  | {
      readonly kind: "build";
      readonly pair: string;
      readonly image: string;
      readonly event: BuildEvent;
    }
  | {
      readonly kind: "built";
      readonly pair: string;
      readonly image: string;
      readonly seconds: number | null;
    }
  | {
      readonly kind: "drive";
      readonly pair: string;
      readonly image: string;
      readonly probe: string;
    }
  | { readonly kind: "again"; readonly pair: string; readonly image: string }
  | {
      readonly kind: "judged";
      readonly pair: string;
      readonly image: string;
      readonly verdict: Verdict;
    };

export interface CheckOptions {
  /** Containers driven at the same time. */
  readonly jobs: number;
  /** Whether Docker's build cache may be used. */
  readonly cache: boolean;
  readonly keep: boolean;
  /** Names of the only probes to drive, null for all. */
  readonly only: readonly string[] | null;
  /** Names of the only candidates to check, null for all. */
  readonly candidates: readonly string[] | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
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
  for (const { contract } of subjects) refuse(contract, options);
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
 * The same contract for two images that exist. What it accepts of one named candidate says nothing about another
 * image, and is left out.
 */
export function contractOfImages(
  contract: Contract,
  baseline: string,
  candidate: string,
): Contract {
  const image = (ref: string): ImageSource => ({ kind: "image", image: ref, platform: null });
  return {
    ...contract,
    baseline: image(baseline),
    candidates: [{ name: candidate, source: image(candidate) }],
    accept: contract.accept.filter((rule) => rule.candidate === null),
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
  const sizes = await measure(engine, images, options.cache);
  return images.map((image) => ({ image, size: sizeOf(sizes, image) }));
}

type Sizes = ReadonlyMap<string, ImageSize>;

async function measure(engine: Engine, images: readonly Image[], cache: boolean): Promise<Sizes> {
  return await measureImages(
    images.map(({ config }) => ({ id: config.id, layers: config.layers })),
    () => engine.save(images.map(({ config }) => config.id)),
    { cache },
  );
}

function sizeOf(sizes: Sizes, { config }: Image): ImageSize {
  const size = sizes.get(config.id);
  if (!size) throw new EngineError(`the engine's archive does not hold image ${config.id}`);
  return size;
}

function refuse(contract: Contract, { only, candidates }: CheckOptions): void {
  const where = contract.file ?? contract.name;
  const probes = contract.probes.map((it) => it.name);
  const unknown = only?.find((name) => !probes.includes(name));
  if (unknown !== undefined)
    throw new InputError(`${where}: no probe "${unknown}"; there are: ${probes.join(", ")}`);
  const known = contract.candidates.map((it) => it.name);
  const missing = candidates?.find((name) => !known.includes(name));
  if (missing !== undefined)
    throw new InputError(`${where}: no candidate "${missing}"; there are: ${known.join(", ")}`);
  const later =
    contract.services.length > 0 ? "services" : contract.fuzz.length > 0 ? "fuzz" : null;
  if (later !== null)
    throw new InputError(`${where}: \`${later}\` cannot be run by this version: remove that key`);
}

/** As Promise.all, but waits for every task to end, so that none goes on behind a failure's back. */
async function all<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
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
  const names = ["baseline", ...candidates.map(({ name }) => name)];
  const sources = [contract.baseline, ...candidates.map(({ source }) => source)];
  const built = await all(
    sources.map((source, at) => build(engine, contract.name, names[at] ?? "", source, options)),
  );
  const images = built.filter((it): it is Image => !(it instanceof BuildError));
  const sizes = measure(engine, images, options.cache);
  sizes.catch(() => {}); // awaited below, after the images were driven
  const observe = (image: Image, name: string): Promise<Observation> =>
    drive(image, contract, engine.containers, {
      only: options.only,
      limit: gate,
      signal: options.signal,
      onProbe: (probe) =>
        options.onProgress({ kind: "drive", pair: contract.name, image: name, probe }),
    });

  const [baseline, ...others] = built;
  const broken = baseline instanceof BuildError ? baseline : null;
  // The baseline is driven twice: what differs between the two is noise.
  const runs =
    baseline instanceof BuildError || !baseline
      ? []
      : [observe(baseline, "baseline"), observe(baseline, "baseline")];
  const observed = others.map((it, at) =>
    broken || it instanceof BuildError ? Promise.resolve(null) : observe(it, names[at + 1] ?? ""),
  );
  await all([...runs, ...observed]);
  const baselineRuns = await all(runs);
  const measured = await sizes;
  const withSize = (image: Image | BuildError | undefined): MeasuredImage | null =>
    image && !(image instanceof BuildError) ? { image, size: sizeOf(measured, image) } : null;

  // A difference is believed only when one more run of the baseline, later than the candidate's, repeats the
  // baseline's value: a clock that has moved on between the runs is no difference.
  let third: Promise<Observation> | null = null;
  const again = (): Promise<Observation> => {
    options.onProgress({ kind: "again", pair: contract.name, image: "baseline" });
    return (third ??= observe(baseline as Image, "baseline"));
  };
  return await Promise.all(
    candidates.map(async ({ name }, at): Promise<PairResult> => {
      const image = others[at];
      const head = { name: contract.name, folder, candidate: name };
      const images = { baseline: withSize(baseline), candidate: withSize(image) };
      const result = await judge(contract, name, images, {
        error: broken ?? (image instanceof BuildError ? image : null),
        baselineRuns,
        candidateRun: (await observed[at]) ?? null,
        again,
      });
      const seconds = (performance.now() - began) / 1000;
      options.onProgress({
        kind: "judged",
        pair: contract.name,
        image: name,
        verdict: result.verdict,
      });
      const only = options.only ? [`only driven: ${options.only.join(", ")}`] : [];
      return { ...head, images, ...result, notes: [...result.notes, ...only], seconds };
    }),
  );
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

interface Evidence {
  readonly error: BuildError | null;
  readonly baselineRuns: readonly Observation[];
  readonly candidateRun: Observation | null;
  readonly again: () => Promise<Observation>;
}

type Judgement = Omit<PairResult, "name" | "folder" | "candidate" | "images" | "seconds">;

const NOTHING: Judgement = {
  verdict: "unproven",
  facts: 0,
  noise: [],
  unproven: [],
  differences: [],
  claims: [],
  notes: [],
  error: null,
};

async function judge(
  contract: Contract,
  candidate: string,
  images: { readonly baseline: MeasuredImage | null; readonly candidate: MeasuredImage | null },
  { error, baselineRuns, candidateRun, again }: Evidence,
): Promise<Judgement> {
  if (error) return { ...NOTHING, error: { message: error.message, detail: error.log } };
  if (!images.baseline || !images.candidate || !candidateRun)
    throw new Error("an image was built but not observed and measured"); // a mistake of ours
  const unmet = baselineError(baselineRuns);
  if (unmet) return { ...NOTHING, error: unmet };

  const config = configFacts(images.baseline.image, images.candidate.image);
  const withConfig = (run: Observation, facts: Observation["facts"]): Observation => ({
    ...run,
    facts: [...facts, ...run.facts],
  });
  const compare = (runs: readonly Observation[]): Comparison => {
    const comparison = compareFacts(
      runs.map((run) => withConfig(run, config.baseline)),
      withConfig(candidateRun, config.candidate),
    );
    const differences = acceptDifferences(
      [...comparison.differences, ...unmetOnlyHere(candidateRun, comparison)],
      contract.accept,
      candidate,
    );
    return { ...comparison, differences };
  };
  let comparison = compare(baselineRuns);
  if (comparison.differences.some((it) => it.accepted === null && it.probe !== "image"))
    comparison = compare([...baselineRuns, await again()]);

  const claims = judgeClaims(contract.claims, images.baseline, images.candidate);
  const left = notCompared(contract, comparison);
  const differs =
    comparison.differences.some((it) => it.accepted === null) || claims.some((it) => !it.holds);
  return {
    ...comparison,
    claims,
    verdict: differs ? "differs" : left ? "unproven" : "same",
    notes: [
      ...new Set([
        ...inheritedEnv(images.baseline.image, images.candidate.image),
        ...baselineRuns.flatMap((run) => run.notes.map((note) => `baseline: ${note}`)),
        ...candidateRun.notes.map((note) => `${candidate}: ${note}`),
      ]),
    ],
    error: differs || !left ? null : { message: left, detail: [] },
  };
}

/** Why the baseline cannot serve as the oracle, null when it can. */
function baselineError(runs: readonly Observation[]): PairError | null {
  for (const run of runs) {
    const dead = run.facts.find((it) => it.fact === "start" && it.value !== "true");
    const [first, ...more] = run.unmet.toSorted(
      (a, b) => Number(b.probe === "container") - Number(a.probe === "container"),
    );
    if (dead)
      return {
        message: `the baseline did not start${first ? `: ${first.message}` : ""}`,
        detail: run.notes,
      };
    if (first)
      return {
        message: `the baseline does not meet its own expectation: ${first.probe}: ${first.message}`,
        detail: more.map((it) => `${it.probe}: ${it.message}`),
      };
  }
  return null;
}

/** Expectations that only the candidate fails, of probes whose facts show no difference (they may all be noise). */
function unmetOnlyHere(run: Observation, comparison: Comparison): Comparison["differences"] {
  const seen = new Set(comparison.differences.map((it) => it.probe));
  return run.unmet
    .filter((it) => !seen.has(it.probe))
    .map((it) => ({
      probe: it.probe,
      fact: `expect.${it.expectation}`,
      baseline: "met",
      candidate: it.message,
      causes: [],
      accepted: null,
    }));
}

/** Why `same` would be said by omission, null when enough was compared. */
function notCompared(contract: Contract, comparison: Comparison): string | null {
  const claims = unjudged(contract.claims);
  if (claims.length > 0) return `claims not judged by this version: ${claims.join(", ")}`;
  const config = comparison.facts - comparison.noise.length;
  if (
    contract.probes.length > 0 &&
    contract.probes.every((it) => comparison.unproven.includes(it.name))
  )
    return "the baseline is so noisy that no probe was left to compare";
  return config > 0 ? null : "there was nothing to compare";
}
