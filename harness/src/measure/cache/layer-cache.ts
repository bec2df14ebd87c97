import { join } from "node:path";
import { cacheFolder } from "../../model/cache-folder.js";
import { entries, type Entries } from "./entries.ts";

/** What is remembered of a layer: bytes, and the digest of its tar's beginning, by which it is recognised in a stream. */
export interface CachedLayer {
  readonly unpacked: number;
  /** null when it was never asked for. */
  readonly transfer: number | null;
  readonly head: string;
}

/** To be counted up whenever another thing is measured. Another zlib, or the same on another machine, may come to other bytes. */
const VERSION = `layer 2, zlib ${process.versions.zlib} ${process.arch}`;
/** An entry is some 400 bytes. */
const LIMITS = { most: 4096, largest: 4096, bytes: 16_000_000 };

/** Layers by diff id, in `layers/size/` of the folder. */
export function layerCache(folder: string = cacheFolder()): Entries<CachedLayer> {
  return entries(join(folder, "layers", "size"), VERSION, LIMITS);
}
