import type { Contract } from "../model/contract.ts";
import type { Observation } from "../model/fact.ts";
import type { PairResult } from "../model/result.ts";
import { all } from "./all.ts";
import { judgePair, type Side } from "./judge-pair.ts";
import { measure, measuredOf } from "./measured.ts";
import { baselineName, build, builtOf, isBuilt, type Built, type Member } from "./member.ts";
import { observer, treesOf, withProbes } from "./observe.ts";
import { findServices } from "./services.ts";
import { turns } from "./turns.ts";
import type { Workplace } from "./workplace.ts";

/**
 * Checks every candidate of a contract against its baseline. `folder` is the name to report it under.
 * @throws EngineError when the engine fails; a build that fails, or a program that misbehaves, is a result.
 */
export async function checkContract(
  stated: Contract,
  folder: string,
  place: Workplace,
): Promise<readonly PairResult[]> {
  const began = performance.now();
  const written = await findServices(stated, place);
  const [baseline, ...others] = await buildAll(written, place);
  if (!baseline) throw new Error("a contract without a baseline"); // a mistake of ours
  const built = [baseline, ...others].filter(isBuilt).map(({ image }) => image);
  const measuring = measure(built, place);
  measuring.catch(() => {}); // awaited below, with what goes on beside it
  const contract = await withProbes(written, baseline, place).catch(async (error: unknown) => {
    await Promise.allSettled([measuring]);
    throw error;
  });
  const failed = new AbortController();
  const signal = AbortSignal.any([place.signal, failed.signal]);
  const observe = observer(contract, { ...place, signal });
  const treeOf = treesOf(place);

  const run = async (built: Built): Promise<Observation> => {
    try {
      return await observe(built);
    } catch (error) {
      failed.abort(error); // the runs that are left would only fail as well
      throw signal.reason;
    }
  };
  const oracleRuns: Promise<Observation>[] = [];
  const observed = new Map(others.map((it) => [it, [] as Promise<Observation>[]]));
  for (const turn of isBuilt(baseline) ? turns(place.runs) : []) {
    if (turn === "baseline") oracleRuns.push(run(builtOf(baseline)));
    else for (const it of others) if (isBuilt(it)) observed.get(it)?.push(run(it));
  }
  await all<unknown>([...oracleRuns, ...[...observed.values()].flat(), measuring]);
  const measured = await measuring;
  const sideOf = async (member: Member, runs: readonly Promise<Observation>[]): Promise<Side> => ({
    member,
    measured: isBuilt(member) ? measuredOf(measured, member.image) : null,
    runs: await all(runs),
    tree: () => treeOf(builtOf(member).image),
  });
  const theirs = await sideOf(baseline, oracleRuns);
  let third: Promise<Observation> | null = null;
  const later = async (): Promise<Observation> => await (third ??= observe(builtOf(baseline)));
  return await all(
    others.map(async (candidate): Promise<PairResult> => {
      const ours = await sideOf(candidate, observed.get(candidate) ?? []);
      const inferred = written !== contract;
      const pair = { contract, inferred, folder, baseline: theirs, candidate: ours, later };
      return (await judgePair(pair, began, place)).result;
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
  return await all(named.map((it) => build(contract.name, it, place)));
}
