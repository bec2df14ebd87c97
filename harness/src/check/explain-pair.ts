import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Judgement } from "../compare/judge.ts";
import { platformsOf } from "../engine/build-args.ts";
import { readDockerfile, type DockerfileFacts } from "../engine/dockerfile.ts";
import { saidOf } from "../explain/clues.ts";
import type { Side } from "../explain/evidence.ts";
import { causesOf, findingsOf, inOrder, type Findings } from "../explain/explain.ts";
import { merge } from "../measure/tree/merge.ts";
import type { Tree } from "../measure/tree/tree.ts";
import type { Contract, ImageSource } from "../model/contract.ts";
import { factPath, type Observation } from "../model/fact.ts";
import type { MeasuredImage } from "../model/result.ts";

/** One side of a pair that was judged, with what reads its file system when that is needed. */
export interface Explained extends Pick<MeasuredImage, "image" | "anatomy"> {
  readonly source: ImageSource;
  /** All that was observed of it. */
  readonly runs: readonly Observation[];
  readonly tree: () => Promise<Tree>;
}

/** What the rules found for each difference, by PROBE/FACT. */
export type Found = ReadonlyMap<string, Findings>;

/**
 * Looks for causes of a judgement's differences. The file systems of both images are read when something other than their
 * configs differs, and then once.
 */
export async function lookForCauses(
  contract: Contract,
  { differences }: Pick<Judgement, "differences">,
  baseline: Explained,
  candidate: Explained,
): Promise<Found> {
  if (differences.length === 0) return new Map();
  const deep = differences.some((it) => it.accepted === null && it.probe !== "image");
  const [theirs, ours] = [await sideOf(baseline, deep), await sideOf(candidate, deep)];
  const saidUnder = new Map(
    differences.map(({ probe }) => [
      probe,
      saidOf(said(baseline.runs, probe), said(candidate.runs, probe)),
    ]),
  );
  return new Map(
    differences
      .filter((it) => deep || it.probe === "image")
      .map((difference) => [
        factPath(difference),
        findingsOf({
          difference,
          probe: contract.probes.find(({ name }) => name === difference.probe) ?? null,
          baseline: theirs,
          candidate: ours,
          run: contract.run,
          said: saidUnder.get(difference.probe) ?? saidOf("", ""),
        }),
      ]),
  );
}

/** Names the causes that were found, and tells first what is mended first. */
export function withCauses(judgement: Judgement, found: Found): Judgement {
  return {
    ...judgement,
    differences: inOrder(judgement.differences, (it) => found.get(factPath(it))).map((it) => {
      const findings = found.get(factPath(it));
      return findings ? { ...it, causes: causesOf(findings) } : it;
    }),
  };
}

async function sideOf({ image, anatomy, source, tree }: Explained, deep: boolean): Promise<Side> {
  return {
    config: image.config,
    ownEnv: image.ownEnv,
    packages: anatomy.packages,
    tree: deep ? await tree() : merge([]).tree,
    dockerfile: await dockerfileOf(source, image.config.platform),
  };
}

/** Null for an image given by reference, and for a Dockerfile that is gone since it was built. */
async function dockerfileOf(
  source: ImageSource,
  platform: string,
): Promise<DockerfileFacts | null> {
  if (source.kind === "image") return null;
  try {
    const text = await readFile(join(source.context, source.dockerfile), "utf8");
    return readDockerfile(text, source.args, platformsOf(platform, null));
  } catch {
    return null;
  }
}

/** All that one side said where a difference shows: the probe's own facts, the log of the served container, notes on them. */
function said(runs: readonly Observation[], probe: string): string {
  return runs
    .flatMap((run) => [
      ...run.facts
        .filter((it) => it.probe === probe || it.fact.startsWith("log."))
        .map(({ value }) => value),
      ...run.unmet.filter((it) => it.probe === probe).map(({ message }) => message),
      ...run.notes,
    ])
    .join("\n");
}
