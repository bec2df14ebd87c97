import type { ArchiveImage } from "./archive/documents.ts";
import type { Step } from "./archive/image-document.ts";
import { readArchive } from "./archive/read.ts";
import { collectAfter } from "./bytes/collect.ts";
import type { Entries } from "./cache/entries.ts";
import { inspectionCache, type Remembered } from "./cache/inspection-cache.ts";
import { layersOf, type Layers } from "./layers.ts";
import { missingLayer } from "./measure.ts";
import type { InspectedImage, InspectionWanted, NamedImage } from "./recall.ts";
import { imageTree, mergedLayers, type ImageSource } from "./trees.ts";
import {
  inspectionOf,
  layersView,
  treeView,
  withHidden,
  type MeasuredLayer,
} from "./view/inspection.ts";
import type { Inspection } from "../model/inspection.ts";

/** As `inspectImages`, whatever is known of the images as wholes; layers that are known are still not read. */
export async function inspectAnew(
  images: readonly NamedImage[],
  source: ImageSource,
  wanted: InspectionWanted,
): Promise<readonly InspectedImage[]> {
  const cache = wanted.cache ? inspectionCache() : null;
  const layers = layersOf(wanted);
  let archive: { images: readonly ArchiveImage[]; problems: readonly string[] } | null = null;
  if (wanted.layers) {
    const ids = [...new Set(images.map(({ config }) => config.id))];
    const digests = [...new Set(images.flatMap(({ config }) => config.layers))];
    archive = await layers.read(digests, async (visit) =>
      readArchive(await source.save(ids), { ...visit, trusted: true }),
    );
  }
  const found: InspectedImage[] = [];
  for (const [at, { name, config }] of images.entries()) {
    if (archive) {
      const history = archive.images.find(({ names }) => names.includes(config.id))?.history ?? [];
      const later = new Set(images.slice(at + 1).flatMap((image) => image.config.layers));
      const { problems } = archive;
      found.push(
        await inspectLayers({ name, config, history }, layers, { problems, later, cache }),
      );
    } else {
      const tree = await imageTree(config, layers, source);
      const view = treeView(tree);
      const inspection = inspectionOf(name, config, view, null);
      await cache?.write(config.id, rememberable(inspection));
      found.push({ inspection, tree: wanted.hashes ? tree : null });
    }
  }
  await layers.prune();
  await cache?.prune();
  return found;
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
  const view = treeView(merged.tree);
  const whole = withHidden(view, merged);
  const inspection = inspectionOf(name, config, whole, layersView(history, measured, merged));
  await cache?.write(config.id, rememberable(inspection));
  return { inspection, tree: layers.hashes ? merged.tree : null };
}

function rememberable({ name: _name, config: _config, ...found }: Inspection): Remembered {
  return found;
}
