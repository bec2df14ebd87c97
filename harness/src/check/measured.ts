import type { Image } from "../model/image.ts";
import type { MeasuredImage } from "../model/result.ts";

/** What was measured of images, by their ids. */
export type Measured = ReadonlyMap<string, MeasuredImage>;

/** What was measured of one of them; under its own name, since two builds of one Dockerfile are one image under two. */
export function measuredOf(measured: Measured, image: Image): MeasuredImage {
  const found = measured.get(image.config.id);
  if (!found) throw new Error(`image ${image.config.id} was not measured`); // a mistake of ours
  return { ...found, image };
}
