import { isOpen, isUnsettled, judge, unprovable, type Judgement } from "../compare/judge.ts";
import { inferProbes, isInferred } from "../contract/infer.ts";
import { drive } from "../drive/drive.ts";
import { scout } from "../drive/scout.ts";
import { readTree } from "../measure/anatomy.ts";
import { cachedTree } from "../measure/trees.ts";
import type { Tree } from "../measure/tree/tree.ts";
import type { Contract, ImageSource } from "../model/contract.ts";
import { BuildError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import type { Image } from "../model/image.ts";
import type { MeasuredImage, PairResult } from "../model/result.ts";
import { all } from "./all.ts";
import { explainPair } from "./explain-pair.ts";
import { fuzzPair } from "./fuzz-pair.ts";
import type { Workplace } from "./workplace.ts";

/** Seven runs of a coin all fall on one side once in 64 times, of a set's six orders once in 46,656. */
const SETTLING_RUNS = 4;

/** One image of a contract: what it was to be made of, and what came of it. */
interface Member {
  readonly name: string;
  readonly source: ImageSource;
  readonly image: Image | BuildError;
}

type Built = Member & { readonly image: Image };

/**
 * Checks every candidate of a contract against its baseline. `folder` is the name to report it under.
 * @throws EngineError when the engine fails; a build that fails, or a program that misbehaves, is a result.
 */
export async function checkContract(
  written: Contract,
  folder: string,
  place: Workplace,
): Promise<readonly PairResult[]> {
  const began = performance.now();
  const [baseline, ...others] = await buildAll(written, place);
  if (!baseline) throw new Error("a contract without a baseline"); // a mistake of ours
  const measuring = place.measure([baseline, ...others].filter(isBuilt).map(({ image }) => image));
  measuring.catch(() => {}); // awaited below, with what goes on beside it
  const contract = await withProbes(written, baseline, place).catch(async (error: unknown) => {
    await Promise.allSettled([measuring]);
    throw error;
  });
  const observe = observer(contract, place);

  // The baseline is driven twice: what differs between the two is noise. The second time comes last, so that clocks
  // have moved on since the first.
  const oracle = isBuilt(baseline) ? baseline : null;
  const first = oracle ? [observe(oracle)] : [];
  const observed = others.map((it) => (oracle && isBuilt(it) ? observe(it) : null));
  const second = oracle ? [observe(oracle)] : [];
  await all<unknown>([...first, ...observed, ...second, measuring]);
  const measured = await measuring;
  const baselineRuns = await all([...first, ...second]);

  // A difference is believed only when it is there again in more runs, and when a run of the baseline that is later
  // than the candidate's repeats the baseline's value: a clock that has moved on between the runs is no difference.
  let third: Promise<Observation> | null = null;
  const again = (it: Built): Promise<Observation> => {
    place.onProgress({ kind: "again", pair: contract.name, image: it.name });
    return observe(it);
  };
  const judgePair = async (candidate: Member, at: number): Promise<Judgement> => {
    const broken = [baseline, candidate].find((it) => !isBuilt(it))?.image;
    if (broken instanceof BuildError)
      return unprovable({ message: broken.message, detail: broken.log });
    const run = await observed[at];
    if (!isBuilt(candidate) || !oracle || !run)
      throw new Error("an image was built but not observed"); // a mistake of ours
    const evidence = {
      baseline: sizeOf(oracle, measured),
      candidate: sizeOf(candidate, measured),
    };
    const runs = { baseline: baselineRuns, candidate: [run] };
    const judged = (): Judgement =>
      judge(contract, candidate.name, {
        ...evidence,
        baselineRuns: runs.baseline,
        candidateRuns: runs.candidate,
      });
    let final = judged();
    if (isOpen(final)) {
      const more = await all([again(candidate), again(candidate), (third ??= again(oracle))]);
      runs.candidate = [run, ...more.slice(0, 2)];
      runs.baseline = [...baselineRuns, ...more.slice(2)];
      final = judged();
    }
    if (isUnsettled(final, runs.candidate)) {
      const more = await all(Array.from({ length: SETTLING_RUNS }, () => again(oracle)));
      runs.baseline = [...runs.baseline, ...more];
      final = judged();
    }
    const pair = { baseline: oracle.image, candidate: candidate.image };
    const fuzzed = await fuzzPair(contract, candidate.name, final, pair, place);
    return explainPair(
      contract,
      fuzzed,
      { ...oracle, runs: runs.baseline, tree: () => treeOf(oracle.image, place) },
      { ...candidate, runs: runs.candidate, tree: () => treeOf(candidate.image, place) },
    );
  };
  return await all(
    others.map(async (candidate, at): Promise<PairResult> => {
      const judgement = await judgePair(candidate, at);
      const { verdict } = judgement;
      place.onProgress({ kind: "judged", pair: contract.name, image: candidate.name, verdict });
      const only = place.only ? [`only driven: ${place.only.join(", ")}`] : [];
      const [theirs, ours] = [baseline, candidate].map((it) =>
        isBuilt(it) ? sizeOf(it, measured) : null,
      );
      return {
        name: contract.name,
        folder,
        baseline: baseline.name,
        candidate: candidate.name,
        images: { baseline: theirs ?? null, candidate: ours ?? null },
        ...judgement,
        notes: [...judgement.notes, ...only, ...inferredNote(written, contract)],
        seconds: (performance.now() - began) / 1000,
      };
    }),
  );
}

/** The baseline, then the candidates that are asked for. */
async function buildAll(contract: Contract, place: Workplace): Promise<readonly Member[]> {
  const candidates = contract.candidates.filter(
    ({ name }) => place.candidates?.includes(name) ?? true,
  );
  const named = [
    { name: baselineName(contract.baseline), source: contract.baseline },
    ...candidates,
  ];
  for (const { name } of named)
    place.onProgress({ kind: "queued", pair: contract.name, image: name });
  return await all(
    named.map(async ({ name, source }) => ({
      name,
      source,
      image: await build(contract.name, name, source, place),
    })),
  );
}

async function build(
  pair: string,
  image: string,
  source: ImageSource,
  { engine, cache, keep, signal, onProgress }: Workplace,
): Promise<Image | BuildError> {
  try {
    const built = await engine.image(source, {
      cache,
      keep,
      signal,
      onEvent: (event) => onProgress({ kind: "build", pair, image, event }),
    });
    onProgress({ kind: "built", pair, image, seconds: built.buildSeconds });
    return built;
  } catch (error) {
    if (error instanceof BuildError) return error;
    throw error;
  }
}

/** A contract that nobody wrote gets its probes from a look at its baseline. */
async function withProbes(
  contract: Contract,
  baseline: Member,
  { engine, gate, signal, onProgress }: Workplace,
): Promise<Contract> {
  if (!isInferred(contract) || !isBuilt(baseline)) return contract;
  onProgress({ kind: "drive", pair: contract.name, image: baseline.name, probe: "a first look" });
  const seen = await gate(() => scout(baseline.image, contract.run, engine.containers, signal));
  return { ...contract, probes: inferProbes(seen) };
}

function inferredNote(written: Contract, contract: Contract): readonly string[] {
  if (written === contract) return [];
  const names = contract.probes.map(({ name }) => name);
  return [`no contract; asked as inferred: ${names.join(", ") || "nothing but to start"}`];
}

function observer(
  contract: Contract,
  { engine, gate, only, signal, onProgress }: Workplace,
): (built: Built) => Promise<Observation> {
  return ({ image, name }) =>
    drive(image, contract, engine.containers, {
      only,
      limit: gate,
      signal,
      onProbe: (probe) => onProgress({ kind: "drive", pair: contract.name, image: name, probe }),
    });
}

/** The file system of an image: from what is known of its layers, else from the engine. */
async function treeOf({ config }: Image, { engine, cache, signal }: Workplace): Promise<Tree> {
  const known = cache ? await cachedTree(config) : null;
  return known ?? (await readTree(await engine.tree(config.id, signal)));
}

function isBuilt(it: Member): it is Built {
  return !(it.image instanceof BuildError);
}

function sizeOf({ image }: Built, measured: ReadonlyMap<string, MeasuredImage>): MeasuredImage {
  const found = measured.get(image.config.id);
  if (!found) throw new Error(`image ${image.config.id} was not measured`); // a mistake of ours
  return { ...found, image }; // two builds of one Dockerfile are one image under two names
}

/** `single` of Dockerfile.single. */
function baselineName(source: ImageSource): string {
  const ending = source.kind === "build" ? /\.([^./]+)$/.exec(source.dockerfile)?.[1] : undefined;
  return ending ?? "baseline";
}
