import { relative } from "node:path";
import type { Contract, ImageSource } from "../model/contract.ts";
import { InputError } from "../model/error.ts";

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

/** Names of the only probes to drive and the only candidates to check; null for all. */
export interface Selection {
  readonly only: readonly string[] | null;
  readonly candidates: readonly string[] | null;
}

/**
 * Holds a selection against a contract before anything is started.
 * @throws InputError for a name that the contract does not know.
 */
export function refuseUnknown(contract: Contract, { only, candidates }: Selection): void {
  const where = contract.file === null ? contract.name : relative(process.cwd(), contract.file);
  const probes = [...contract.probes, ...contract.fuzz].map((it) => it.name);
  const unknown = only?.find((name) => !probes.includes(name));
  if (unknown !== undefined)
    throw new InputError(`${where}: no probe "${unknown}"; there are: ${probes.join(", ")}`);
  const known = contract.candidates.map((it) => it.name);
  const missing = candidates?.find((name) => !known.includes(name));
  if (missing !== undefined)
    throw new InputError(`${where}: no candidate "${missing}"; there are: ${known.join(", ")}`);
}
