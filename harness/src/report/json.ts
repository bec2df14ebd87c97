import type { Anatomy } from "../model/anatomy.ts";
import type { CheckResult, MeasuredImage, PairResult } from "../model/result.ts";
import { surfaceParts } from "./anatomy-names.ts";

/** One JSON document in the shape of docs/contract.md ("JSON"), with a line feed at its end. */
export function jsonReport(result: CheckResult): string {
  const document = {
    schema: 1,
    verdict: result.verdict,
    pairs: result.pairs.map(pairOf),
    seconds: round(result.seconds),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function pairOf(pair: PairResult): object {
  return {
    name: pair.name,
    folder: pair.folder,
    candidate: pair.candidate,
    verdict: pair.verdict,
    facts: pair.facts,
    images: { baseline: imageOf(pair.images.baseline), candidate: imageOf(pair.images.candidate) },
    noise: pair.noise,
    noiseWithin: pair.noiseWithin,
    unproven: pair.unproven,
    differences: pair.differences,
    flaky: pair.flaky,
    claims: pair.claims,
    notes: pair.notes,
    error: pair.error?.message ?? null,
    detail: pair.error?.detail ?? [],
    seconds: round(pair.seconds),
  };
}

function imageOf(measured: MeasuredImage | null): object | null {
  if (!measured) return null;
  const { image, size, anatomy } = measured;
  return {
    id: image.config.id,
    unpacked: size.unpacked,
    transfer: size.transfer,
    packages: anatomy.packages.length,
    anatomy: anatomyCounts(anatomy),
    layers: size.layers,
    buildSeconds: image.buildSeconds === null ? null : round(image.buildSeconds),
    standIns: image.standIns,
  };
}

/** What is inside, in numbers: `slimproof inspect --json` has all of it. */
function anatomyCounts(anatomy: Anatomy): object {
  const { distribution, files, binaries, causes } = anatomy;
  return {
    distribution,
    files,
    causes: Object.fromEntries(causes.map(({ cause, bytes }) => [cause, bytes])),
    ...Object.fromEntries(
      surfaceParts(anatomy).map(({ part, found: { count, bytes } }) => [part, { count, bytes }]),
    ),
    binaries: { ...binaries, missing: binaries.missing.length },
  };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
