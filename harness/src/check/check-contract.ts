import { isOpen, isUnsettled, judge, unprovable, type Judgement } from "../compare/judge.ts";
import { inferProbes, isInferred } from "../contract/infer.ts";
import { drive } from "../drive/drive.ts";
import { scout } from "../drive/scout.ts";
import { layersOf } from "../measure/layers.ts";
import { imageTree } from "../measure/trees.ts";
import type { Tree } from "../measure/tree/tree.ts";
import type { Contract, ImageSource } from "../model/contract.ts";
import { BuildError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import type { Image } from "../model/image.ts";
import type { PairResult } from "../model/result.ts";
import { all } from "./all.ts";
import { explainPair } from "./explain-pair.ts";
import { fuzzPair } from "./fuzz-pair.ts";
import { measuredOf } from "./measured.ts";
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
  const treeOf = treesOf(place);

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
      baseline: measuredOf(measured, oracle.image),
      candidate: measuredOf(measured, candidate.image),
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
      { ...oracle, ...evidence.baseline, runs: runs.baseline, tree: () => treeOf(oracle.image) },
      {
        ...candidate,
        ...evidence.candidate,
        runs: runs.candidate,
        tree: () => treeOf(candidate.image),
      },
    );
  };
  return await all(
    others.map(async (candidate, at): Promise<PairResult> => {
      const judgement = await judgePair(candidate, at);
      const { verdict } = judgement;
      place.onProgress({ kind: "judged", pair: contract.name, image: candidate.name, verdict });
      const only = place.only ? [`only driven: ${place.only.join(", ")}`] : [];
      const [theirs, ours] = [baseline, candidate].map((it) =>
        isBuilt(it) ? measuredOf(measured, it.image) : null,
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

/** File systems by image, from what is known of their layers, else from the engine: each is read when it is first asked for. */
function treesOf({ engine, cache, signal }: Workplace): (image: Image) => Promise<Tree> {
  const layers = layersOf({ cache, transfer: false, hashes: true });
  const source = { tree: async (id: string) => engine.tree(id, signal) };
  const read = new Map<string, Promise<Tree>>();
  return ({ config }) => {
    const tree = read.get(config.id) ?? imageTree(config, layers, source);
    read.set(config.id, tree);
    return tree;
  };
}

function isBuilt(it: Member): it is Built {
  return !(it.image instanceof BuildError);
}

/** `single` of Dockerfile.single. */
function baselineName(source: ImageSource): string {
  const ending = source.kind === "build" ? /\.([^./]+)$/.exec(source.dockerfile)?.[1] : undefined;
  return ending ?? "baseline";
}
