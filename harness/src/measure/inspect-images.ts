import { setImmediate } from "node:timers/promises";
import { inspectionCache } from "./cache/inspection-cache.ts";
import { recall, type InspectedImage, type InspectionWanted, type NamedImage } from "./recall.ts";
import type { ImageSource } from "./trees.ts";

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
  const unknown = images.filter((_, at) => !known[at]);
  const anew = unknown.length > 0 ? await lookAnew(unknown, source, wanted) : [];
  return images.flatMap(({ name, config }, at) => {
    const before = known[at];
    if (before) return { inspection: { name, config, ...before }, tree: null };
    return anew[unknown.findIndex((image) => image === images[at])] ?? [];
  });
}

/** What reads images is loaded for those alone that are not known, and while the engine gets them ready, which takes seconds. */
async function lookAnew(
  images: readonly NamedImage[],
  source: ImageSource,
  wanted: InspectionWanted,
): Promise<readonly InspectedImage[]> {
  const ids = [...new Set(images.map(({ config }) => config.id))];
  let asked = wanted.layers ? source.save(ids) : null;
  asked?.catch(() => {}); // for whoever awaits it
  // Loading keeps the event loop busy, and a request leaves in its next turn, when the socket is found connected.
  for (let turn = 0; asked && turn < 2; turn++) await setImmediate();
  const { inspectAnew } = await import("./inspect-anew.ts");
  const save: ImageSource["save"] = async (some) => {
    const stream = asked ?? source.save(some);
    asked = null; // a second pass is another stream
    return await stream;
  };
  return await inspectAnew(images, { save, tree: source.tree }, wanted);
}
