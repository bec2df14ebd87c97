import type { ImageConfig } from "../model/image.ts";
import type { Inspection } from "../model/inspection.ts";
import type { Entries } from "./cache/entries.ts";
import type { Remembered } from "./cache/inspection-cache.ts";
import type { Tree } from "./tree/tree.ts";

/** What is wanted of images. */
export interface InspectionWanted {
  /** With false nothing is read from the cache or written to it. */
  readonly cache: boolean;
  /** Whether bytes after compression are needed. */
  readonly transfer: boolean;
  /** Whether layers are wanted, or the final file system alone. */
  readonly layers: boolean;
  /** Whether the tree's files will be compared with others. */
  readonly hashes: boolean;
}

/** An image, and the name that it is to be reported under. */
export interface NamedImage {
  readonly name: string;
  readonly config: ImageConfig;
}

/** An inspection, and the file system that it is of. */
export interface InspectedImage {
  readonly inspection: Inspection;
  /** With hashes; null when those were not asked for, or when the inspection was known from before. */
  readonly tree: Tree | null;
}

/** What is known of an image from before, if it is as much as is wanted. */
export async function recall(
  cache: Entries<Remembered> | null,
  image: Pick<ImageConfig, "id">,
  wanted: InspectionWanted,
): Promise<Remembered | null> {
  const found = await cache?.read(image.id);
  if (!found || (wanted.layers && found.layers === null)) return null;
  return wanted.layers && wanted.transfer && found.size?.transfer === null ? null : found;
}
