import type { Anatomy } from "../model/anatomy.ts";
import { InputError } from "../model/error.ts";
import { anatomyCache } from "./cache/anatomy-cache.ts";
import { collector } from "./bytes/collect.ts";
import type { EntryReader } from "./archive/layer.ts";
import { packages } from "./packages/packages.ts";
import { surface } from "./surface/surface.ts";
import type { TarEntry } from "./tar/tar-entry.ts";
import { tarWalker } from "./tar/tar.ts";

/**
 * The anatomy of an image. `exported` opens the tar of its merged file system (`docker export` of a container that was
 * created and never started); it is not called for an image whose layers, in their order, are in the cache. With
 * `cache: false` nothing is read from the cache or written to it. Throws what `readAnatomy` throws.
 */
export async function measureAnatomy(
  image: { readonly id: string; readonly layers: readonly string[] },
  exported: () => Promise<AsyncIterable<Uint8Array>>,
  options: { readonly cache: boolean },
): Promise<Anatomy> {
  const cache = options.cache ? anatomyCache() : null;
  const cached = await cache?.read(image.layers);
  if (cached) return cached;
  const anatomy = await readAnatomy(await exported()).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${image.id}: ${error.message}`, { cause: error });
  });
  await cache?.write(image.layers, anatomy);
  await cache?.prune();
  return anatomy;
}

/**
 * Reads a merged file system's tar in one pass, as `docker export` writes it: each path once, no whiteouts. Bodies that
 * say nothing about the image's anatomy stream past unread, so memory does not grow with the image. Throws InputError
 * when the tar is none or breaks off, or holds more packages than any image has; errors of the stream pass through.
 */
export async function readAnatomy(stream: AsyncIterable<Uint8Array>): Promise<Anatomy> {
  const walker = tarWalker();
  const passed = collector();
  const inventory = packages();
  const found = surface();
  let reader: EntryReader | null = null;

  function enter(entry: TarEntry): EntryReader | null {
    const path = absolute(entry.name);
    found.add(path, entry);
    return inventory.reader(path, entry);
  }

  try {
    for await (const chunk of stream) {
      passed(chunk.length);
      for (const piece of walker.write(chunk)) {
        if (piece.kind === "entry") reader = enter(piece.entry);
        else if (piece.kind === "data") reader?.data(piece.bytes);
        else reader?.end();
      }
    }
    walker.finish();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the file system's tar cannot be read: ${error.message}`, {
      cause: error,
    });
  }
  return { packages: inventory.all(), ...found.all() };
}

/** A tar's name as a path: `usr/bin/`, `./usr/bin` and `/usr/bin` are all `/usr/bin`. */
function absolute(name: string): string {
  let end = name.length;
  while (end > 0 && name[end - 1] === "/") end--;
  return `/${name.slice(0, end).replace(/^(?:\.?\/)+/, "")}`;
}
