import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../model/cache-folder.ts";
import type { FolderSize, Inspection } from "../../model/inspection.ts";
import { ANATOMY } from "./anatomy-cache.ts";
import { entries } from "./entries.ts";

/** What is remembered of an image: all but what it is called and configured, which whoever asks knows. */
export type Remembered = Omit<Inspection, "name" | "config">;

export interface InspectionCache {
  /** What is known of an image, null when nothing usable is. */
  read(image: {
    readonly id: string;
    readonly layers: readonly string[];
  }): Promise<Remembered | null>;
  /** Remembers an image; that it could not be written is no error. */
  write(
    image: { readonly id: string; readonly layers: readonly string[] },
    found: Remembered,
  ): Promise<void>;
  /** Removes the entries used longest ago beyond the limits, and what killed processes left half written. */
  prune(): Promise<void>;
}

const LIMITS = { most: 512, largest: 16_000_000, bytes: 128_000_000 };

const count = z.number().int().nonnegative();
const tally = z.strictObject({ files: count, bytes: count });
const FOLDER: z.ZodType<FolderSize> = z.strictObject({
  name: z.string(),
  kind: z.enum(["folder", "file"]),
  bytes: count,
  files: count,
  get inside() {
    return z.array(FOLDER);
  },
});
const FOUND: z.ZodType<Remembered> = z.strictObject({
  layers: z
    .array(
      z.strictObject({
        digest: z.string(),
        instruction: z.string().nullable(),
        unpacked: count,
        transfer: count.nullable(),
        stored: z
          .strictObject({ bytes: count, compression: z.enum(["gzip", "zstd"]).nullable() })
          .nullable(),
        added: tally,
        changed: tally,
        removed: tally,
        wasted: count,
      }),
    )
    .nullable(),
  size: z.strictObject({ unpacked: count, transfer: count.nullable() }).nullable(),
  wasted: z
    .strictObject({
      bytes: count,
      files: count,
      paths: z.array(z.strictObject({ path: z.string(), bytes: count, copies: count })),
    })
    .nullable(),
  largest: z.array(z.strictObject({ path: z.string(), bytes: count })),
  folders: FOLDER,
  anatomy: ANATOMY,
});
const ENTRY = z.strictObject({
  // To be counted up whenever a rule of what is found changes: entries of older rules then count as absent.
  version: z.literal(1),
  id: z.string(),
  layers: z.array(z.string()),
  found: FOUND,
});

/** Inspections remembered by image id, one file each in `layers/inspection/` of the folder. Anything unreadable counts as absent. */
export function inspectionCache(folder: string = cacheFolder()): InspectionCache {
  const inspections = entries(join(folder, "layers", "inspection"), LIMITS);
  return {
    async read({ id, layers }) {
      const value = await inspections.read(keyOf(id)).catch(() => null);
      const entry = ENTRY.safeParse(value).data;
      const same = entry?.id === id && entry.layers.join() === layers.join();
      return same ? entry.found : null;
    },
    async write({ id, layers }, found) {
      const entry: z.infer<typeof ENTRY> = { version: 1, id, layers: [...layers], found };
      await inspections.write(keyOf(id), entry);
    },
    prune: () => inspections.prune(),
  };
}

function keyOf(id: string): string {
  return `sha256:${createHash("sha256").update(id).digest("hex")}`;
}
