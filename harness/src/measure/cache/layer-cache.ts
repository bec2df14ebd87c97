import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../model/cache-folder.ts";
import { entries } from "./entries.ts";

/** What is remembered of a layer: bytes, and the digest of its tar's beginning, by which it is recognised in a stream. */
export interface CachedLayer {
  readonly unpacked: number;
  /** null when it was never asked for. */
  readonly transfer: number | null;
  readonly head: string;
}

export interface LayerCache {
  /** What is known of a layer, null when nothing usable is. */
  read(digest: string): Promise<CachedLayer | null>;
  /** Remembers a layer; that it could not be written is no error. */
  write(digest: string, layer: CachedLayer): Promise<void>;
  /** Removes the entries used longest ago beyond the limit, and what killed processes left half written. */
  prune(): Promise<void>;
}

const MOST_ENTRIES = 4096;
/** An entry is some 300 bytes; what is larger is not ours. */
const LIMITS = { largest: 4096, bytes: 16_000_000 };

const bytes = z.number().int().nonnegative();
const ENTRY = z.strictObject({
  version: z.literal(2),
  digest: z.string(),
  // Another zlib, or the same on another machine, may come to other bytes.
  gzip: z.literal(`zlib ${process.versions.zlib} ${process.arch}`),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  unpacked: bytes,
  transfer: bytes.nullable(),
});

/** Layers remembered by diff id, one small file each in `layers/` of the folder. Anything unreadable counts as absent. */
export function layerCache(
  folder: string = cacheFolder(),
  most: number = MOST_ENTRIES,
): LayerCache {
  const layers = entries(join(folder, "layers"), { most, ...LIMITS });
  return {
    async read(digest) {
      const value = await layers.read(digest).catch(() => null);
      const entry = ENTRY.safeParse(value).data;
      if (entry?.digest !== digest) return null;
      return { unpacked: entry.unpacked, transfer: entry.transfer, head: entry.head };
    },
    async write(digest, layer) {
      const entry: z.infer<typeof ENTRY> = {
        version: 2,
        digest,
        gzip: ENTRY.shape.gzip.value,
        head: layer.head,
        unpacked: layer.unpacked,
        transfer: layer.transfer,
      };
      await layers.write(digest, entry);
    },
    prune: () => layers.prune(),
  };
}
