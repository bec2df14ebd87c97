import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { ImageSize, LayerSize } from "../model/image.ts";
import { layerCache, type CachedLayer } from "./cache/layer-cache.ts";
import type { LayerVisitor } from "./archive/layer.ts";
import { readArchive, type Archive } from "./archive/read.ts";
import { imageSize, sizeVisitors, type LayerMeasure } from "./sizes.ts";

/** A layer that the pass measured, or null for one that was recognised and let pass. */
type Measured = (LayerMeasure & { readonly head: string }) | null;

/**
 * The sizes of images by their ids. `save` opens an archive of the images it is asked for (`docker save A B`), those of
 * which some layer is not in the cache: not called when there are none, and a second time in the rare case that a layer
 * was mistaken for a cached one. With `cache: false` nothing is read from the cache or written to it. Throws InputError
 * when the archive breaks off or lacks a layer; errors of the stream pass through.
 */
export async function measureImages(
  images: readonly { readonly id: string; readonly layers: readonly string[] }[],
  save: (ids: readonly string[]) => Promise<Readable>,
  options: { readonly cache: boolean },
): Promise<ReadonlyMap<string, ImageSize>> {
  const cache = options.cache ? layerCache() : null;
  const wanted = new Set(images.flatMap((image) => image.layers));
  const known = new Map<string, CachedLayer>();
  const sizes = new Map<string, LayerSize>();
  for (const digest of wanted) {
    const cached = await cache?.read(digest);
    if (!cached) continue;
    known.set(digest, cached);
    sizes.set(digest, { digest, unpacked: cached.unpacked, transfer: cached.transfer });
  }

  const lacking = images.filter(({ layers }) => layers.some((layer) => !known.has(layer)));
  let problems: readonly string[] = [];
  if (lacking.length > 0) {
    const ids = lacking.map(({ id }) => id);
    let archive = await pass(await save(ids), known, true);
    const mistaken = [...archive.layers].some(
      ([digest, found]) => found === null && !known.has(digest),
    );
    if (mistaken) archive = await pass(await save(ids), known, false);
    problems = archive.problems;
    for (const [digest, found] of archive.layers) {
      if (found === null || !wanted.has(digest)) continue;
      const { unpacked, head } = found;
      const transfer = await found.transfer;
      sizes.set(digest, { digest, unpacked, transfer });
      await cache?.write(digest, { unpacked, transfer, head });
    }
  }
  await cache?.prune();
  return new Map(
    images.map(({ id, layers }) => [id, imageSize(id, layers, sizes, problems)] as const),
  );
}

/**
 * One pass that leaves out what is known: a file named after a known layer is not read at all; a layer that begins like a
 * known one is hashed but not compressed, which is what costs.
 */
function pass(
  stream: Readable,
  known: ReadonlyMap<string, CachedLayer>,
  byHead: boolean,
): Promise<Archive<Measured>> {
  const heads = new Set(byHead ? [...known.values()].map((layer) => layer.head) : []);
  const measuring = sizeVisitors();
  return readArchive<Measured>(stream, {
    skip: (digest) => known.has(digest),
    layer(bytes): LayerVisitor<Measured> {
      const head = createHash("sha256").update(bytes).digest("hex");
      if (heads.has(head)) return { end: () => null };
      const visitor = measuring();
      return { ...visitor, end: async () => ({ ...(await visitor.end()), head }) };
    },
  });
}
