/**
 * One look at images, in an engine or in files: what `slimproof inspect` and `slimproof diff` are told of. What reads them
 * is loaded where it is needed, since most looks are at what is known already.
 */
import { existsSync } from "node:fs";
import type { Look } from "./engine/look.ts";
import type { ArchivePlace } from "./measure/inspect-archive.ts";
import { inspectImages } from "./measure/inspect-images.ts";
import type { InspectedImage, InspectionWanted, NamedImage } from "./measure/recall.ts";
import type { ImageSource } from "./measure/trees.ts";
import type { Tree } from "./measure/tree/tree.ts";
import type { Inspection } from "./model/inspection.ts";

export interface InspectOptions {
  /** Whether what is known from before may be used and what is found be kept. */
  readonly cache: boolean;
  /** Whether compressed sizes are wanted: they cost some 25 seconds of processor time for each gigabyte. */
  readonly transfer: boolean;
  /** Whether layers and waste are wanted; the final file system alone comes faster. */
  readonly layers: boolean;
  /**
   * Whether files will be compared: `tree` has it all at hand then. Without, a look takes a third less, and the first call
   * of `tree` may look once more. True when it is not said.
   */
  readonly hashes?: boolean;
  readonly signal: AbortSignal;
}

export interface Inspected {
  readonly inspection: Inspection;
  /** The final file system. It is put together again when it was not at hand. */
  tree(): Promise<Tree>;
}

/**
 * Looks into images. A subject is an image's reference, or the path of an archive (`docker save`, `podman save`, OCI,
 * also compressed as a whole) or of an OCI layout's folder, with `#NAME` behind it where there are several images. What
 * exists under the name, or begins with `./`, `../` or `/`, is a path; for paths alone no engine is needed.
 * @throws InputError for what is not there or cannot be read; EngineError when no engine answers or it fails on the way;
 * the reason of `options.signal` when that was aborted.
 */
export async function inspect(
  subjects: readonly string[],
  { hashes = true, ...rest }: InspectOptions,
): Promise<readonly Inspected[]> {
  const options = { ...rest, hashes };
  const places = subjects.map(placeOf);
  const references = [...new Set(subjects.filter((_, at) => places[at] === null))];
  const images = references.length > 0 ? await inspectReferences(references, options) : [];
  const inspected: Inspected[] = [];
  for (const [at, subject] of subjects.entries()) {
    const place = places[at];
    if (place) {
      const { inspectArchive } = await import("./measure/inspect-archive.ts");
      const look = (wanted: InspectionWanted): Promise<InspectedImage> =>
        inspectArchive(subject, place, wanted, options.signal);
      inspected.push(withTree(await look(options), options, async () => (await look(BARE)).tree));
    } else {
      const found = images[references.indexOf(subject)];
      if (found) inspected.push(found);
    }
  }
  return inspected;
}

async function inspectReferences(
  references: readonly string[],
  options: Required<InspectOptions>,
): Promise<readonly Inspected[]> {
  await using engine = await openLook();
  const images: NamedImage[] = [];
  for (const name of references) images.push({ name, config: await engine.config(name) });
  const inspected = await inspectImages(images, sourceOf(engine, options), options);
  return inspected.map((found) =>
    withTree(found, options, async () => {
      await using reopened = await openLook();
      const { layersOf } = await import("./measure/layers.ts");
      const { imageTree } = await import("./measure/trees.ts");
      const layers = layersOf({ ...options, transfer: false, hashes: true });
      return await imageTree(found.inspection.config, layers, sourceOf(reopened, options));
    }),
  );
}

/** The engine is loaded only here, since a file needs none. */
async function openLook(): Promise<Look> {
  const { openLook: open } = await import("./engine/look.ts");
  return await open();
}

function sourceOf(engine: Look, { signal }: InspectOptions): ImageSource {
  return {
    save: (ids) => engine.save(ids, signal),
    tree: async (id) => engine.tree(id, signal),
  };
}

async function cachedTree({ config }: Inspection): Promise<Tree | null> {
  const { cachedTree: known } = await import("./measure/trees.ts");
  return await known(config);
}

/** An archive is read again as it lies there. */
const BARE: InspectionWanted = { cache: false, transfer: false, layers: false, hashes: true };

function withTree(
  { inspection, tree }: InspectedImage,
  { cache }: InspectOptions,
  again: () => Promise<Tree | null>,
): Inspected {
  return {
    inspection,
    async tree() {
      const found = tree ?? (cache ? await cachedTree(inspection) : null) ?? (await again());
      if (!found) throw new Error(`${inspection.name} was read again without its files`); // a mistake of ours
      return found;
    },
  };
}

/** Null for what is an image's reference. */
function placeOf(subject: string): ArchivePlace | null {
  const mark = subject.lastIndexOf("#");
  if (existsSync(subject) || mark < 0)
    return existsSync(subject) || isPath(subject) ? { path: subject, image: null } : null;
  const path = subject.slice(0, mark);
  return existsSync(path) || isPath(path) ? { path, image: subject.slice(mark + 1) } : null;
}

function isPath(subject: string): boolean {
  return /^(?:\.{0,2}\/|\.{1,2}$)/.test(subject);
}
