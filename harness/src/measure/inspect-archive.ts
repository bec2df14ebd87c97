import { InputError } from "../model/error.ts";
import type { ArchiveImage } from "./archive/documents.ts";
import { openArchive } from "./archive/open.ts";
import { inspectionCache } from "./cache/inspection-cache.ts";
import { inspectLayers } from "./inspect-anew.ts";
import { layersOf } from "./layers.ts";
import { recall, type InspectedImage, type InspectionWanted } from "./recall.ts";

/** Where an archive lies, and which of its images is meant; null when it has but one. */
export interface ArchivePlace {
  readonly path: string;
  readonly image: string | null;
}

/**
 * Looks into an image that lies in a file or a folder; no engine is asked for anything.
 * @throws InputError when there is no such image, or several that could be meant, or what lies there is damaged.
 */
export async function inspectArchive(
  name: string,
  place: ArchivePlace,
  wanted: InspectionWanted,
  signal: AbortSignal,
): Promise<InspectedImage> {
  await using archive = await openArchive(place.path, signal);
  const cache = wanted.cache ? inspectionCache() : null;
  let image = archive.images && choose(place, archive.images, []);
  const before = image && (await recall(cache, image.config, wanted));
  if (image && before) return { inspection: { name, config: image.config, ...before }, tree: null };

  const layers = layersOf(wanted);
  const { images, problems } = await layers.read(image?.layers ?? null, (visit) =>
    archive.read(visit, image),
  );
  image ??= choose(place, images, problems);
  const { config, history } = image;
  const later = new Set<string>();
  const found = await inspectLayers({ name, config, history }, layers, { problems, later, cache });
  await layers.prune();
  await cache?.prune();
  return found;
}

function choose(
  { path, image: wanted }: ArchivePlace,
  images: readonly ArchiveImage[],
  problems: readonly string[],
): ArchiveImage {
  const because = problems.length === 0 ? "" : `; found there: ${problems.join("; ")}`;
  if (images.length === 0) throw new InputError(`${path} holds no image${because}`);
  const fitting = wanted === null ? images : images.filter((image) => isCalled(image, wanted));
  const [only, ...others] = fitting;
  if (only && others.length === 0) return only;
  const how =
    wanted === null
      ? `${path} holds ${images.length} images`
      : only
        ? `${path} holds ${fitting.length} images called ${wanted}`
        : `${path} holds no image ${wanted}`;
  const names = (only ? fitting : images).slice(0, MOST_NAMED).map(nameOf);
  const more = (only ? fitting : images).length - names.length;
  throw new InputError(
    `${how}: name one as ${path}#NAME, of ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
  );
}

const MOST_NAMED = 10;

/** Its first tag, else the first digits of its id, on a short line whatever the archive says. */
function nameOf({ names, config }: ArchiveImage): string {
  const tag = names.find((name) => !name.startsWith("sha256:"));
  return tag ? tag.slice(0, 200).replace(/[^\x20-\x7e]/g, "?") : config.id.slice(7, 19);
}

/** By a tag, written with or without what Docker takes for granted, or by the first digits of an id. */
function isCalled({ names }: ArchiveImage, wanted: string): boolean {
  const digits = /^(?:sha256:)?([0-9a-f]{12,64})$/.exec(wanted)?.[1];
  return names.some(
    (name) =>
      whole(name) === whole(wanted) ||
      (digits !== undefined && name.startsWith(`sha256:${digits}`)),
  );
}

function whole(name: string): string {
  const short = name.replace(/^docker\.io\/(?:library\/)?/, "");
  return /:[^/]*$/.test(short) ? short : `${short}:latest`;
}
