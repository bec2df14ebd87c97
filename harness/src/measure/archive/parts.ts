import { DOCUMENT_LIMIT, looksLikeJson } from "./blob.ts";
import { contents, type Archive, type Visit } from "./contents.ts";
import { documents, type ArchiveImage, type Documents } from "./documents.ts";

/** A file of an archive that lies on disk, which can be read at will. */
export interface Part {
  readonly name: string;
  readonly size: number;
  /** Its bytes, or so many of the first; a chunk holds until the next one is asked for. */
  bytes(most?: number): AsyncIterable<Uint8Array>;
}

/** What the documents among some files say. */
export async function documentsOf(parts: readonly Part[]): Promise<Documents> {
  const index = documents();
  for (const part of parts) await addDocument(index, part);
  return index;
}

/** Adds a file to the documents if it is one; answers the digests that it speaks of. */
export async function addDocument(index: Documents, part: Part): Promise<readonly string[]> {
  if (part.size > DOCUMENT_LIMIT || !looksLikeJson(await wholeOf(part, 512))) return [];
  return index.add(part.name, await wholeOf(part, part.size));
}

async function wholeOf(part: Part, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of part.bytes(most)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Reads an archive file by file. With `reach`, of the files named by digests only those that are in it. */
export async function readParts<T>(
  parts: readonly Part[],
  visit: Visit<T>,
  reach: ReadonlySet<string> | null,
): Promise<Archive<T>> {
  const skip = (digest: string): boolean =>
    (visit.skip?.(digest) ?? false) || !(reach?.has(digest) ?? true);
  const found = contents({ ...visit, skip });
  for (const part of parts) {
    const sink = found.file(part.name, part.size);
    if (!sink) continue;
    for await (const chunk of part.bytes()) {
      await sink.write(chunk);
    }
    await sink.end();
  }
  return found.archive();
}

/** The digests of all that belongs to an image. */
export function reachOf(index: Documents, image: ArchiveImage): ReadonlySet<string> {
  const reached = new Set(image.names);
  for (const digest of reached) for (const next of index.mentions(digest)) reached.add(next);
  return reached;
}
