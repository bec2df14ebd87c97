import { join } from "node:path";
import { cacheFolder } from "../../model/cache-folder.js";
import type { Inspection } from "../../model/inspection.ts";
import { ANATOMY_VERSION } from "./anatomy-cache.ts";
import { entries, type Entries } from "./entries.ts";

/** What is remembered of an image: all but what it is called and configured, which whoever asks knows. */
export type Remembered = Omit<Inspection, "name" | "config">;

/** To be counted up whenever another thing is told of an image, or by other rules. */
const VERSION = `inspection 2, ${ANATOMY_VERSION}`;
const LIMITS = { most: 512, largest: 16_000_000, bytes: 128_000_000 };

/** Inspections by image id, in `layers/inspection/` of the folder. */
export function inspectionCache(folder: string = cacheFolder()): Entries<Remembered> {
  return entries(join(folder, "layers", "inspection"), VERSION, LIMITS);
}
