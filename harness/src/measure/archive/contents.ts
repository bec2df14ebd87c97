import { InputError } from "../../model/error.ts";
import type { Sink } from "../bytes/sink.ts";
import { blobSink, type Stored } from "./blob.ts";
import { documents, type ArchiveImage } from "./documents.ts";
import type { LayerVisitor } from "./layer.ts";

/** What is to be done with each layer of an archive. */
export interface Visit<T> {
  /**
   * Asked for each file whose name is the digest of what it holds (`sha256:…`: a diff id when it is stored unpacked, as
   * Docker ≥ 25 does): true leaves it unread.
   */
  readonly skip?: (digest: string) => boolean;
  /** Whether a layer that is named after its diff id is believed to be it: an engine's archive is, a file is not. */
  readonly trusted?: boolean;
  /** Asked at the start of each layer, with its first bytes: its tar's first 64 KiB, or all there are. */
  readonly layer: (head: Buffer) => LayerVisitor<T>;
}

export interface Archive<T> {
  readonly images: readonly ArchiveImage[];
  /** What the visitors gave, by diff id: the digest of the unpacked layer (`sha256:…`). */
  readonly layers: ReadonlyMap<string, T>;
  /** How layers lie in the archive, by diff id, those that were skipped by it too. */
  readonly stored: ReadonlyMap<string, Stored>;
  /** One line for each file that began as a layer and was none, or was damaged; at most ten. */
  readonly problems: readonly string[];
}

/** Takes an archive's files in any order, layers plain, gzip or zstd, and tells in the end what was in them. */
export interface Contents<T> {
  /** Who takes a file; null to leave it unread. It fails on nothing but what fails outside: a damaged layer is a problem. */
  file(name: string, size: number): Sink | null;
  archive(): Archive<T>;
}

/** Files are told by their contents and named by what they are, so that an archive in several formats at once is read right. */
export function contents<T>(visit: Visit<T>): Contents<T> {
  const index = documents();
  const layers = new Map<string, T>();
  const places = new Map<string, Stored>();
  const problems: string[] = [];

  /** A damaged layer is an error only for whoever needs it, so the pass goes on. */
  function tolerating(name: string, sink: Sink): Sink {
    let whole = true;
    function excuse(error: unknown): void {
      if (!(error instanceof InputError)) throw error;
      if (problems.length < 10) problems.push(`${printable(name)}: ${error.message}`);
      whole = false;
    }
    function attempt(work: () => void | Promise<void>): void | Promise<void> {
      if (!whole) return;
      try {
        return work()?.catch(excuse);
      } catch (error) {
        excuse(error);
      }
    }
    return { write: (bytes) => attempt(() => sink.write(bytes)), end: () => attempt(sink.end) };
  }

  return {
    file(path, size) {
      const name = path.replace(/^\.\//, "");
      const digest = digestOf(name);
      if (digest !== null && visit.skip?.(digest)) {
        places.set(digest, { bytes: size, compression: null });
        return null;
      }
      const file = { name, size, digest: visit.trusted ? digest : null };
      const sink = blobSink(file, visit.layer, index, (diffId, result, stored) => {
        layers.set(diffId, result);
        places.set(diffId, stored);
      });
      return tolerating(name, sink);
    },
    archive: () => ({ images: index.images(), layers, stored: places, problems }),
  };
}

/** `blobs/sha256/HEX` (OCI layout) or `HEX.tar` (Podman) as a digest. */
export function digestOf(name: string): string | null {
  const hex = /^(?:blobs\/sha256\/([0-9a-f]{64})|([0-9a-f]{64})\.tar)$/.exec(name);
  return hex && `sha256:${hex[1] ?? hex[2]}`;
}

/** A hostile name on one short line. */
function printable(name: string): string {
  return name.slice(0, 100).replace(/[^\x20-\x7e]/g, "?");
}
