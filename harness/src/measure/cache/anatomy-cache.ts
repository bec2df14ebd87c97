import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { BYTE_CAUSES, type Anatomy } from "../../model/anatomy.ts";
import { cacheFolder } from "../../model/cache-folder.ts";
import { entries } from "./entries.ts";

export interface AnatomyCache {
  /** What is known of the image made of these layers (diff ids, lowest first), null when nothing usable is. */
  read(layers: readonly string[]): Promise<Anatomy | null>;
  /** Remembers an anatomy; that it could not be written is no error. */
  write(layers: readonly string[], anatomy: Anatomy): Promise<void>;
  /** Removes the entries used longest ago beyond the limit, and what killed processes left half written. */
  prune(): Promise<void>;
}

/** An image with compilers takes some 100 kB, so that a full cache takes some tens of megabytes. */
const MOST_ENTRIES = 512;
const LIMITS = { largest: 16_000_000, bytes: 128_000_000 };

const count = z.number().int().nonnegative();
const findings = z.strictObject({ count, bytes: count, paths: z.array(z.string()) });
export const ANATOMY: z.ZodType<Anatomy> = z.strictObject({
  distribution: z.strictObject({ id: z.string(), version: z.string() }).nullable(),
  files: z.strictObject({ count, bytes: count }),
  packages: z.array(
    z.strictObject({
      kind: z.enum(["deb", "apk", "rpm", "python", "node", "go", "java", "gem", "cargo"]),
      name: z.string(),
      version: z.string(),
      path: z.string(),
      architecture: z.string().nullable(),
      source: z.string().nullable(),
    }),
  ),
  shells: findings,
  packageManagers: findings,
  compilers: findings,
  sources: findings,
  caches: findings,
  setuid: findings,
  capabilities: findings,
  worldWritable: findings,
  secrets: findings,
  binaries: z.strictObject({
    static: count,
    dynamic: count,
    libraries: count,
    stripped: count,
    missing: z.array(
      z.strictObject({ kind: z.enum(["loader", "library"]), path: z.string(), needs: z.string() }),
    ),
  }),
  causes: z.array(z.strictObject({ cause: z.enum(BYTE_CAUSES), bytes: count })),
});
const ENTRY = z.strictObject({
  // To be counted up whenever a rule of what is found changes: entries of older rules then count as absent.
  version: z.literal(3),
  layers: z.array(z.string()),
  anatomy: ANATOMY,
});

/**
 * Anatomies remembered by their images' layers, one file each in `layers/anatomy/` of the folder, beside the layers' sizes
 * and removed with them. Anything unreadable counts as absent.
 */
export function anatomyCache(
  folder: string = cacheFolder(),
  most: number = MOST_ENTRIES,
): AnatomyCache {
  const anatomies = entries(join(folder, "layers", "anatomy"), { most, ...LIMITS });
  return {
    async read(layers) {
      const value = await anatomies.read(keyOf(layers)).catch(() => null);
      const entry = ENTRY.safeParse(value).data;
      return entry && keyOf(entry.layers) === keyOf(layers) ? entry.anatomy : null;
    },
    async write(layers, anatomy) {
      const entry: z.infer<typeof ENTRY> = { version: 3, layers: [...layers], anatomy };
      await anatomies.write(keyOf(layers), entry);
    },
    prune: () => anatomies.prune(),
  };
}

function keyOf(layers: readonly string[]): string {
  return `sha256:${createHash("sha256").update(layers.join("\n")).digest("hex")}`;
}
