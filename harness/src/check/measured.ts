import { measureImages } from "../measure/measure.ts";
import type { Image } from "../model/image.ts";
import type { MeasuredImage } from "../model/result.ts";
import type { Workplace } from "./workplace.ts";

/** What was measured of images, by their ids. */
export type Measured = ReadonlyMap<string, MeasuredImage>;

/** Layers of all images are read in one pass; what is inside is told by them, or by each image's tree by itself. */
export async function measure(
  images: readonly Image[],
  { engine, cache, signal }: Pick<Workplace, "engine" | "cache" | "signal">,
): Promise<Measured> {
  const asked = images.map(({ config }) => ({ id: config.id, layers: config.layers }));
  const source = {
    save: (ids: readonly string[]) => engine.save(ids, signal),
    tree: async (id: string) => engine.tree(id, signal),
  };
  const found = await measureImages(asked, source, { cache });
  const measured = new Map<string, MeasuredImage>();
  for (const image of images) {
    const it = found.get(image.config.id);
    if (it) measured.set(image.config.id, { image, ...it });
  }
  return measured;
}

/** What was measured of one of them; under its own name, since two builds of one Dockerfile are one image under two. */
export function measuredOf(measured: Measured, image: Image): MeasuredImage {
  const found = measured.get(image.config.id);
  if (!found) throw new Error(`image ${image.config.id} was not measured`); // a mistake of ours
  return { ...found, image };
}
