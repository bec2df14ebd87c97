import type { ImageConfig } from "../model/image.ts";
import type { Inspection } from "../model/inspection.ts";
import { anatomyOf } from "./anatomy.ts";
import type { ArchiveImage } from "./archive/documents.ts";
import type { Step } from "./archive/image-document.ts";
import { readArchive } from "./archive/read.ts";
import { collectAfter } from "./bytes/collect.ts";
import type { Entries } from "./cache/entries.ts";
import { inspectionCache, type Remembered } from "./cache/inspection-cache.ts";
import { layersOf, type Layers } from "./layers.ts";
import { missingLayer } from "./measure.ts";
import type { Tree } from "./tree/tree.ts";
import { imageTree, mergedLayers, type AskedImage, type ImageSource } from "./trees.ts";
import {
  inspectionOf,
  layersView,
  treeView,
  withHidden,
  type MeasuredLayer,
} from "./view/inspection.ts";

/** What is wanted of images. */
export interface InspectionWanted {
  /** With false nothing is read from the cache or written to it. */
  readonly cache: boolean;
  /** Whether bytes after compression are needed. */
  readonly transfer: boolean;
  /** Whether layers are wanted, or the final file system alone. */
  readonly layers: boolean;
  /** Whether the tree's files will be compared with others. */
  readonly hashes: boolean;
}

/** An image, and the name that it is to be reported under. */
export interface NamedImage {
  readonly name: string;
  readonly config: ImageConfig;
}

/** An inspection, and the file system that it is of. */
export interface InspectedImage {
  readonly inspection: Inspection;
  /** With hashes; null when those were not asked for, or when the inspection was known from before. */
  readonly tree: Tree | null;
}

/**
 * Looks into images of an engine, all in one pass over their layers, or each at its file system alone. What is known from
 * before is not read again. Throws InputError when an archive is damaged; errors of the streams pass through.
 */
export async function inspectImages(
  images: readonly NamedImage[],
  source: ImageSource,
  wanted: InspectionWanted,
): Promise<readonly InspectedImage[]> {
  const cache = wanted.cache ? inspectionCache() : null;
  const known = await Promise.all(images.map(({ config }) => recall(cache, config, wanted)));
  const unknown = images.filter((_, at) => !known[at]).map(({ config }) => config);
  const layers = layersOf(wanted);
  let archive: { images: readonly ArchiveImage[]; problems: readonly string[] } | null = null;
  if (wanted.layers && unknown.length > 0) {
    const ids = [...new Set(unknown.map(({ id }) => id))];
    const digests = [...new Set(unknown.flatMap((config) => config.layers))];
    archive = await layers.read(digests, async (visit) =>
      readArchive(await source.save(ids), { ...visit, trusted: true }),
    );
  }
  const found: InspectedImage[] = [];
  for (const [at, { name, config }] of images.entries()) {
    const before = known[at];
    if (before) {
      found.push({ inspection: { name, config, ...before }, tree: null });
    } else if (archive) {
      const history = archive.images.find(({ names }) => names.includes(config.id))?.history ?? [];
      const later = new Set(images.slice(at + 1).flatMap((image) => image.config.layers));
      const { problems } = archive;
      found.push(
        await inspectLayers({ name, config, history }, layers, { problems, later, cache }),
      );
    } else {
      const tree = await imageTree(config, layers, source);
      const view = treeView(tree, anatomyOf(tree));
      const inspection = inspectionOf(name, config, view, null);
      await cache?.write(config.id, rememberable(inspection));
      found.push({ inspection, tree: wanted.hashes ? tree : null });
    }
  }
  await layers.prune();
  await cache?.prune();
  return found;
}

/** What is known of an image from before, if it is as much as is wanted. */
export async function recall(
  cache: Entries<Remembered> | null,
  image: AskedImage,
  wanted: InspectionWanted,
): Promise<Remembered | null> {
  const found = await cache?.read(image.id);
  if (!found || (wanted.layers && found.layers === null)) return null;
  return wanted.layers && wanted.transfer && found.size?.transfer === null ? null : found;
}

/**
 * Puts an inspection together from layers that were read, and lets go of those that no later image has. Throws InputError
 * naming a layer that is missing.
 */
export async function inspectLayers(
  { name, config, history }: NamedImage & { readonly history: readonly Step[] },
  layers: Layers,
  {
    problems,
    later,
    cache,
  }: {
    readonly problems: readonly string[];
    readonly later: ReadonlySet<string>;
    readonly cache: Entries<Remembered> | null;
  },
): Promise<InspectedImage> {
  const measured: MeasuredLayer[] = [];
  for (const [index, digest] of config.layers.entries()) {
    const layer = layers.measured(digest);
    if (!layer) throw missingLayer(config, index, problems);
    measured.push(layer);
  }
  const merged = await mergedLayers(config, layers, later);
  if (!merged) throw new Error(`the layers of ${config.id} were measured but not read`); // a mistake of ours
  collectAfter(merged.entries);
  const view = treeView(merged.tree, anatomyOf(merged.tree));
  const whole = withHidden(view, merged);
  const inspection = inspectionOf(name, config, whole, layersView(history, measured, merged));
  await cache?.write(config.id, rememberable(inspection));
  return { inspection, tree: layers.hashes ? merged.tree : null };
}

function rememberable({ name: _name, config: _config, ...found }: Inspection): Remembered {
  return found;
}
