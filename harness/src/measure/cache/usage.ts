import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../model/cache-folder.js";

/** What is kept between runs to spare the next look at an image; the engine and builds have nothing here. */
export interface CacheUsage {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

/** How much is remembered of layers and images. Nothing is no error. */
export async function cacheUsage(folder: string = cacheFolder()): Promise<CacheUsage> {
  const place = join(folder, "layers");
  const found = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []);
  let files = 0;
  let bytes = 0;
  for (const it of found) {
    if (!it.isFile()) continue;
    files += 1;
    bytes += (await stat(join(it.parentPath, it.name)).catch(() => null))?.size ?? 0;
  }
  return { folder: place, files, bytes };
}

/** Forgets all that is remembered of layers and images, and tells what that was. Rejects when it cannot be removed. */
export async function pruneCache(folder: string = cacheFolder()): Promise<CacheUsage> {
  const usage = await cacheUsage(folder);
  await rm(usage.folder, { recursive: true, force: true });
  return usage;
}
