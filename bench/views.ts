import { readTree } from "../harness/src/measure/anatomy.ts";
import { readArchive } from "../harness/src/measure/archive/read.ts";
import { inventoryVisitor, type Inventory } from "../harness/src/measure/tree/inventory.ts";
import type { Tree } from "../harness/src/measure/tree/tree.ts";
import { dockerStream, idOf } from "./docker.ts";

/** The file system of a created container, as `check` reads it. */
export function exportedTree(container: string): Promise<Tree> {
  return readTree(dockerStream(["export", container]));
}

/** The layers of an image, lowest first, as `inspect` reads them. Throws when the archive lacks one. */
export async function layersOf(image: string): Promise<readonly Inventory[]> {
  const id = await idOf(image); // a name without a tag would save all its tags
  const archive = await readArchive(dockerStream(["save", id]), { layer: inventoryVisitor });
  const saved = archive.images.find(({ names }) => names.includes(id));
  if (!saved) throw new Error(`docker save ${id} wrote no such image`);
  return saved.layers.map((digest) => {
    const layer = archive.layers.get(digest);
    if (!layer) throw new Error(`${image} lacks ${digest}: ${archive.problems.join("; ")}`);
    return layer;
  });
}
