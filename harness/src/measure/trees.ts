import { InputError } from "../model/error.ts";
import { readTree, treeOf } from "./anatomy.ts";
import { collectAfter } from "./bytes/collect.ts";
import { layersOf, type Layers } from "./layers.ts";
import { withoutEngineFiles } from "./tree/engine-files.ts";
import { entriesOf } from "./tree/inventory.ts";
import { merging, type Merged } from "./tree/merge.ts";
import { bytesOf, type Tree } from "./tree/tree.ts";

/** An image by its id and its layers' diff ids, lowest first. */
export interface AskedImage {
  readonly id: string;
  readonly layers: readonly string[];
}

/** Ways to an image's bytes. Both are opened only where they are needed. */
export interface ImageSource {
  /** One archive of several images (`docker save A B`): layers that they share come once. */
  save(ids: readonly string[]): Promise<AsyncIterable<Uint8Array>>;
  /** The tar of an image's merged file system (`docker export` of a container that was created and never started). */
  tree(id: string): Promise<AsyncIterable<Uint8Array>>;
}

/** The final file system of an image: of its layers where what is in them is known, else exported. */
export async function imageTree(
  image: AskedImage,
  layers: Layers,
  source: Pick<ImageSource, "tree">,
): Promise<Tree> {
  const known = await knownTree(image, layers);
  if (known) return known;
  try {
    const { hashes } = layers;
    const tree = await readTree(await source.tree(image.id), { hashes });
    await layers.remember(keyOf(image), { entries: entriesOf(tree), bytes: bytesOf(tree) });
    return tree;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${image.id}: ${error.message}`, { cause: error });
  }
}

/** The final file system of an image that was looked into before, with hashes; null when the cache does not have it any more. */
export async function cachedTree(image: AskedImage): Promise<Tree | null> {
  return await knownTree(image, layersOf({ cache: true, transfer: false, hashes: true }));
}

async function knownTree(image: AskedImage, layers: Layers): Promise<Tree | null> {
  const merged = await mergedLayers(image, layers);
  if (merged) return merged.tree;
  const exported = await layers.inventory(keyOf(image));
  return exported && treeOf(exported);
}

/**
 * An image's layers laid over each other, null when what is in one of them is not known. With `later`, the layers that
 * other images need, all others are let go of as soon as they were laid.
 */
export async function mergedLayers(
  image: AskedImage,
  layers: Layers,
  later: ReadonlySet<string> | null = null,
): Promise<(Merged & { readonly entries: number }) | null> {
  let entries = 0;
  for (const digest of image.layers) {
    const inventory = await layers.inventory(digest);
    if (!inventory) return null;
    entries += inventory.entries.length;
  }
  collectAfter(entries);
  const laying = merging();
  for (const [at, digest] of image.layers.entries()) {
    laying.layer();
    for (const entry of (await layers.inventory(digest))?.entries ?? []) laying.add(entry);
    if (later && !later.has(digest) && !image.layers.includes(digest, at + 1))
      layers.release(digest);
  }
  const merged = laying.end();
  return { ...merged, entries, tree: withoutEngineFiles(merged.tree) };
}

/** An exported file system is known by the layers that it is made of. */
function keyOf({ layers }: AskedImage): string {
  return `exported\n${layers.join("\n")}`;
}
