import type { CheckResult, MeasuredImage, PairResult } from "../model/result.ts";

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
    layers: size.layers,
    buildSeconds: image.buildSeconds === null ? null : round(image.buildSeconds),
    standIns: image.standIns,
  };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
