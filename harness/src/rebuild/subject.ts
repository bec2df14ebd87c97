import { basename, extname, relative } from "node:path";
import { loadContract } from "../contract/load.ts";
import type { ImageSource } from "../model/contract.ts";
import { InputError } from "../model/error.ts";

export type BuildSource = Extract<ImageSource, { kind: "build" }>;

/** Images to be built again and again, the baseline first. */
export interface RebuildSubject {
  readonly name: string;
  /** Absolute; every context lies in it. */
  readonly folder: string;
  readonly images: readonly { readonly name: string; readonly source: BuildSource }[];
  readonly notes: readonly string[];
}

/**
 * The images of a folder's contract, or of a contract's file; of a folder without one, the pair that it is by itself.
 * @throws InputError as `loadContract` does, and when the baseline is no Dockerfile.
 */
export async function loadSubject(path: string): Promise<RebuildSubject> {
  const contract = await loadContract(path);
  const { baseline } = contract;
  const shown = relative(process.cwd(), contract.file ?? path);
  if (baseline.kind === "image")
    throw new InputError(
      `${shown}: the baseline ${baseline.image} is an image that exists, so there is nothing to build again; name its Dockerfile`,
    );
  const built = contract.candidates.flatMap(({ name, source }) =>
    source.kind === "build" ? [{ name, source }] : [],
  );
  const others = contract.candidates.filter(({ source }) => source.kind === "image");
  return {
    name: contract.name,
    folder: contract.folder,
    images: [{ name: endingOf(baseline.dockerfile) ?? "baseline", source: baseline }, ...built],
    notes: others.map(({ name }) => `${name} is an image that exists: it is not built again`),
  };
}

/** `single` of Dockerfile.single. */
function endingOf(dockerfile: string): string | null {
  return extname(basename(dockerfile)).slice(1) || null;
}
