import type { Archive, Visit } from "./archive/contents.ts";
import type { ArchiveImage } from "./archive/documents.ts";
import type { LayerVisitor } from "./archive/layer.ts";
import { collectAfter } from "./bytes/collect.ts";
import { inventoryCache, type Stored } from "./cache/inventory-cache.ts";
import { layerCache, type CachedLayer } from "./cache/layer-cache.ts";
import { headOf, layerVisitors, type LayerMeasure } from "./layer-measure.ts";
import type { Inventory } from "./tree/inventory.ts";
import type { MeasuredLayer } from "./view/inspection.ts";

/** What is wanted of layers. */
export interface LayersWanted {
  /** With false nothing is read from the cache or written to it. */
  readonly cache: boolean;
  /** Whether bytes after compression are needed. */
  readonly transfer: boolean;
  /** Whether files' hashes are. */
  readonly hashes: boolean;
}

/** A layer that the pass measured, or null for one that was recognised and let pass. */
type Found = LayerMeasure | null;
/** Reads the archive from its start. */
export type Pass = <T>(visit: Visit<T>) => Promise<Archive<T>>;

/** Layers as far as they are known, from the cache or from a pass over an archive. */
export interface Layers {
  /** Which of these layers a pass would have to measure. */
  lacking(digests: readonly string[]): Promise<readonly string[]>;
  /**
   * Reads an archive, what is known of it left unread, and remembers what it finds of the layers asked for (null for all).
   * A second time in the rare case that a layer was mistaken for a known one. Throws what the pass throws.
   */
  read(
    digests: readonly string[] | null,
    pass: Pass,
  ): Promise<{ readonly images: readonly ArchiveImage[]; readonly problems: readonly string[] }>;
  /** What was measured of a layer, null when nothing was. */
  measured(digest: string): MeasuredLayer | null;
  /** What is in a layer, or under a key of its own; null when that is not known. */
  inventory(key: string): Promise<Inventory | null>;
  /** Whether inventories have hashes. */
  readonly hashes: boolean;
  /** Has an inventory remembered under a key of its own, as that of a whole file system. */
  remember(key: string, inventory: Stored): Promise<void>;
  /** Lets go of what is held of a layer that nobody will ask for again. */
  release(digest: string): void;
  /** Keeps the cache within its bounds. */
  prune(): Promise<void>;
}

export function layersOf({ cache, transfer, hashes }: LayersWanted): Layers {
  const sizes = cache ? layerCache() : null;
  const stock = cache ? inventoryCache() : null;
  const known = new Map<string, CachedLayer>();
  const inventories = new Map<string, Inventory>();
  const places = new Map<string, MeasuredLayer["stored"]>();

  /** An inventory with hashes is as good as one without, but not the other way. */
  const keysOf = (key: string): readonly string[] =>
    hashes ? [`hashed ${key}`] : [`hashed ${key}`, key];
  const store = async (key: string, inventory: Stored): Promise<void> =>
    stock?.write(hashes ? `hashed ${key}` : key, inventory);

  async function isStored(digest: string): Promise<boolean> {
    for (const key of keysOf(digest)) if (await stock?.has(key)) return true;
    return false;
  }

  async function isKnown(digest: string): Promise<boolean> {
    if (!known.has(digest)) {
      const cached = await sizes?.read(digest);
      if (cached) known.set(digest, cached);
    }
    if (!known.has(digest) || (transfer && known.get(digest)?.transfer === null)) return false;
    return inventories.has(digest) || (await isStored(digest));
  }

  async function keep(digest: string, found: LayerMeasure): Promise<void> {
    const { inventory, unpacked, head } = found;
    const before = known.get(digest)?.transfer ?? null;
    const layer = { unpacked, head, transfer: (await found.transfer) ?? before };
    known.set(digest, layer);
    inventories.set(digest, inventory);
    if (!stock) return;
    await store(digest, inventory);
    collectAfter(inventory.entries.length);
    await sizes?.write(digest, layer);
  }

  return {
    hashes,
    async lacking(digests) {
      const lacking: string[] = [];
      for (const digest of digests) if (!(await isKnown(digest))) lacking.push(digest);
      return lacking;
    },
    async read(digests, pass) {
      const lacking = digests && new Set(await this.lacking(digests));
      const complete = new Map([...known].filter(([digest]) => !lacking?.has(digest)));
      let archive = await pass(visit(complete, { transfer, hashes, byHead: true }));
      const mistaken = [...archive.layers].some(
        ([digest, found]) => found === null && !complete.has(digest),
      );
      if (mistaken) archive = await pass(visit(complete, { transfer, hashes, byHead: false }));
      for (const [digest, stored] of archive.stored) places.set(digest, stored);
      for (const [digest, found] of archive.layers)
        if (found !== null && (lacking?.has(digest) ?? true)) await keep(digest, found);
      const { images, problems } = archive;
      return { images, problems }; // whoever held all of it would hold what is released
    },
    measured(digest) {
      const layer = known.get(digest);
      if (!layer || (transfer && layer.transfer === null)) return null;
      const { unpacked, transfer: compressed } = layer;
      return { digest, unpacked, transfer: compressed, stored: places.get(digest) ?? null };
    },
    async inventory(key) {
      let held = inventories.get(key) ?? null;
      for (const stored of keysOf(key)) held ??= (await stock?.read(stored)) ?? null;
      if (held) inventories.set(key, held); // layers that images share are shared in memory too
      return held;
    },
    remember: store,
    release: (digest) => void inventories.delete(digest),
    async prune() {
      await sizes?.prune();
      await stock?.prune();
    },
  };
}

/**
 * A visit that leaves out what is known: a file named after a known layer is not read at all; a layer that begins like a
 * known one is hashed but nothing more.
 */
function visit(
  known: ReadonlyMap<string, CachedLayer>,
  {
    byHead,
    ...wanted
  }: { readonly transfer: boolean; readonly hashes: boolean; readonly byHead: boolean },
): Visit<Found> {
  const heads = new Set(byHead ? [...known.values()].map((layer) => layer.head) : []);
  const measuring = layerVisitors(wanted);
  return {
    skip: (digest) => known.has(digest),
    layer(head): LayerVisitor<Found> {
      return heads.has(headOf(head)) ? { end: () => null } : measuring(head);
    },
  };
}
