import type { Anatomy } from "../model/anatomy.ts";
import { InputError } from "../model/error.ts";
import type { ImageSize, LayerSize } from "../model/image.ts";
import { anatomyOf } from "./anatomy.ts";
import { readArchive } from "./archive/read.ts";
import { anatomyCache, anatomyKey } from "./cache/anatomy-cache.ts";
import { layersOf, type Layers } from "./layers.ts";
import { imageTree, type AskedImage, type ImageSource } from "./trees.ts";

export interface Measured {
  readonly size: ImageSize;
  readonly anatomy: Anatomy;
}

/**
 * Sizes and anatomies of images by their ids. Layers of all images are read in one pass, those that are in the cache left
 * out, and what is in them is found in the same pass; an image all of whose layers were measured before, but of which the
 * anatomy is not known, is read as one tree. With `cache: false` nothing is read from the cache or written to it. Throws
 * InputError when an archive breaks off or lacks a layer; errors of the streams pass through.
 */
export async function measureImages(
  images: readonly AskedImage[],
  source: ImageSource,
  { cache }: { readonly cache: boolean },
): Promise<ReadonlyMap<string, Measured>> {
  const layers = layersOf({ cache, transfer: true, hashes: true });
  const anatomies = cache ? anatomyCache() : null;
  const lacking: AskedImage[] = [];
  for (const image of images) {
    await layers.lacking(image.layers);
    if (image.layers.some((digest) => layers.measured(digest) === null)) lacking.push(image);
  }
  let problems: readonly string[] = [];
  if (lacking.length > 0) {
    const ids = lacking.map(({ id }) => id);
    const digests = [...new Set(lacking.flatMap((image) => image.layers))];
    ({ problems } = await layers.read(digests, async (visit) =>
      readArchive(await source.save(ids), { ...visit, trusted: true }),
    ));
  }
  const measured = new Map<string, Measured>();
  for (const image of images) {
    const size = imageSize(image, layers, problems);
    let anatomy = await anatomies?.read(anatomyKey(image.layers));
    if (!anatomy) {
      anatomy = anatomyOf(await imageTree(image, layers, source));
      await anatomies?.write(anatomyKey(image.layers), anatomy);
    }
    measured.set(image.id, { size, anatomy });
  }
  await layers.prune();
  await anatomies?.prune();
  return measured;
}

/** Puts an image's sizes together. Throws InputError naming the layer that is missing. */
export function imageSize(
  image: AskedImage,
  layers: Layers,
  problems: readonly string[],
): ImageSize {
  const sizes = image.layers.map((digest, index): LayerSize => {
    const layer = layers.measured(digest);
    if (layer?.transfer === undefined || layer.transfer === null)
      throw missingLayer(image, index, problems);
    return { digest, unpacked: layer.unpacked, transfer: layer.transfer };
  });
  return {
    unpacked: sizes.reduce((sum, layer) => sum + layer.unpacked, 0),
    transfer: sizes.reduce((sum, layer) => sum + layer.transfer, 0),
    layers: sizes,
  };
}

export function missingLayer(
  { id, layers }: AskedImage,
  index: number,
  problems: readonly string[],
): InputError {
  const which = `layer ${index + 1} of ${layers.length} (${layers[index]}) of image ${id}`;
  const because = problems.length === 0 ? "" : `; found there: ${problems.join("; ")}`;
  return new InputError(`${which} is not in the archive${because}`);
}
