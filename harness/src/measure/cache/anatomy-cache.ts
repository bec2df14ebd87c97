import { join } from "node:path";
import type { Anatomy } from "../../model/anatomy.ts";
import { cacheFolder } from "../../model/cache-folder.js";
import { entries, type Entries } from "./entries.ts";

/** To be counted up whenever another thing is found in an image, or by other rules. */
export const ANATOMY_VERSION = "anatomy 5";
/** An image with compilers takes some 100 kB, so that a full cache takes some tens of megabytes. */
const LIMITS = { most: 512, largest: 16_000_000, bytes: 128_000_000 };

/** Anatomies by their images' layers, in `layers/anatomy/` of the folder: for `anatomyKey` of the diff ids, lowest first. */
export function anatomyCache(folder: string = cacheFolder()): Entries<Anatomy> {
  return entries(join(folder, "layers", "anatomy"), ANATOMY_VERSION, LIMITS);
}

export function anatomyKey(layers: readonly string[]): string {
  return layers.join("\n");
}
