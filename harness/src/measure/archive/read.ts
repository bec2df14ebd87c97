import { InputError } from "../../model/error.ts";
import { blobSink } from "./blob.ts";
import { collector } from "../bytes/collect.ts";
import { documents, type ArchiveImage } from "./documents.ts";
import type { LayerVisitor } from "./layer.ts";
import type { Sink } from "../bytes/sink.ts";
import { tarWalker } from "../tar/tar.ts";

/** What is to be done with each layer of an archive. */
export interface Visit<T> {
  /**
   * Asked for each file whose name is the digest of what it holds (`sha256:…`: a diff id when it is stored unpacked, as
   * Docker ≥ 25 does): true leaves it unread.
   */
  readonly skip?: (digest: string) => boolean;
  /** Asked at the start of each layer, with its first bytes: its tar's first 64 KiB, or all there are. */
  readonly layer: (head: Buffer) => LayerVisitor<T>;
}

export interface Archive<T> {
  readonly images: readonly ArchiveImage[];
  /** What the visitors gave, by diff id: the digest of the unpacked layer (`sha256:…`). */
  readonly layers: ReadonlyMap<string, T>;
  /** One line for each file that began as a layer and was none, or was damaged; at most ten. */
  readonly problems: readonly string[];
}

/**
 * Reads an image archive in one pass and never seeks: what `docker save`, `podman save` or an OCI layout's tar holds, in
 * any order, layers plain, gzip or zstd. Layers are told by their contents and named by what they are, so that an archive
 * in several formats at once is read right. Throws InputError when the archive is none, or breaks off.
 */
export async function readArchive<T>(
  stream: AsyncIterable<Uint8Array>,
  visit: Visit<T>,
): Promise<Archive<T>> {
  const walker = tarWalker();
  const passed = collector();
  const index = documents();
  const layers = new Map<string, T>();
  const problems: string[] = [];
  let blob: { readonly name: string; readonly sink: Sink } | null = null;

  /** A damaged layer is an error only for whoever needs it, so the pass goes on. */
  async function tolerating(work: (sink: Sink) => void | Promise<void>): Promise<void> {
    if (blob === null) return;
    try {
      await work(blob.sink);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (problems.length < 10) problems.push(`${printable(blob.name)}: ${error.message}`);
      blob = null;
    }
  }

  try {
    for await (const chunk of stream) {
      passed(chunk.length);
      for (const piece of walker.write(chunk)) {
        if (piece.kind === "entry") {
          const { kind } = piece.entry;
          const name = piece.entry.name.replace(/^\.\//, "");
          const digest = digestOf(name);
          const wanted = kind === "file" && !(digest !== null && visit.skip?.(digest));
          const found = (diffId: string, result: T): void => void layers.set(diffId, result);
          const sink = wanted ? blobSink(name, visit.layer, index, found) : null;
          blob = sink && { name, sink };
        } else if (piece.kind === "data") {
          await tolerating((sink) => sink.write(piece.bytes));
        } else {
          await tolerating((sink) => sink.end());
          blob = null;
        }
      }
    }
    walker.finish();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the image archive cannot be read: ${error.message}`, { cause: error });
  }
  return { images: index.images(), layers, problems };
}

/** `blobs/sha256/HEX` (OCI layout) or `HEX.tar` (Podman) as a digest. */
function digestOf(name: string): string | null {
  const hex = /^(?:blobs\/sha256\/([0-9a-f]{64})|([0-9a-f]{64})\.tar)$/.exec(name);
  return hex && `sha256:${hex[1] ?? hex[2]}`;
}

/** A hostile name on one short line. */
function printable(name: string): string {
  return name.slice(0, 100).replace(/[^\x20-\x7e]/g, "?");
}
