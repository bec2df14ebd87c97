import { InputError } from "../model/error.ts";
import type { ImageSize, LayerSize } from "../model/image.ts";
import { gzipCounters } from "./bytes/gzip.ts";
import type { LayerVisitor } from "./archive/layer.ts";
import type { Archive } from "./archive/read.ts";

/** What is measured of a layer, in bytes. `transfer` comes later, since compression goes on while the next layer is read. */
export interface LayerMeasure {
  readonly unpacked: number;
  readonly transfer: Promise<number>;
}

/** Makes the visitors that measure layers; those of one archive share the cores, so make this once for each pass. */
export function sizeVisitors(): () => LayerVisitor<LayerMeasure> {
  const counters = gzipCounters();
  return () => {
    const gzip = counters();
    let unpacked = 0;
    return {
      bytes: (chunk) => gzip.write(chunk),
      entry({ kind, name, size }) {
        // Only a file's first name is a file: a hard link adds nothing. A whiteout deletes, whatever it states to hold.
        if (kind === "file" && !isWhiteout(name)) unpacked += size;
        if (!Number.isSafeInteger(unpacked)) throw new InputError("files of more than 2^53 bytes");
        return null;
      },
      async end() {
        await gzip.end();
        const transfer = gzip.total();
        transfer.catch(() => {}); // for whoever awaits it
        return { unpacked, transfer };
      },
    };
  };
}

// `.wh.NAME` deletes NAME, `.wh..wh.opq` all that lay below (OCI image-spec, "Whiteouts"); aufs kept its own things under `.wh..wh.`.
function isWhiteout(name: string): boolean {
  return /^\.wh\.\.wh\.|(^|\/)\.wh\.[^/]*$/.test(name.replace(/^\.\//, ""));
}

/**
 * The sizes of every image in an archive, under each of its names: the digests of its config, manifest and index, and its
 * tags. Throws InputError when there is no image, or a layer of one is not in the archive.
 */
export async function sizesOf(
  archive: Archive<LayerMeasure>,
): Promise<ReadonlyMap<string, ImageSize>> {
  const layers = new Map<string, LayerSize>();
  for (const [digest, { unpacked, transfer }] of archive.layers) {
    layers.set(digest, { digest, unpacked, transfer: await transfer });
  }
  const sizes = new Map<string, ImageSize>();
  for (const image of archive.images) {
    const size = imageSize(image.names[0] ?? "", image.layers, layers, archive.problems);
    for (const name of image.names) sizes.set(name, size);
  }
  if (sizes.size === 0) throw new InputError(`no image in the archive${because(archive.problems)}`);
  return sizes;
}

/** Puts an image's layers together. Throws InputError naming the layer that is missing. */
export function imageSize(
  name: string,
  digests: readonly string[],
  sizes: ReadonlyMap<string, LayerSize>,
  problems: readonly string[],
): ImageSize {
  const layers = digests.map((digest, index) => {
    const layer = sizes.get(digest);
    if (layer !== undefined) return layer;
    const which = `layer ${index + 1} of ${digests.length} (${digest}) of image ${name}`;
    throw new InputError(`${which} is not in the archive${because(problems)}`);
  });
  return {
    unpacked: layers.reduce((sum, layer) => sum + layer.unpacked, 0),
    transfer: layers.reduce((sum, layer) => sum + layer.transfer, 0),
    layers,
  };
}

function because(problems: readonly string[]): string {
  return problems.length === 0 ? "" : `; found there: ${problems.join("; ")}`;
}
