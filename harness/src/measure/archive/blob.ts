import type { Documents } from "./documents.ts";
import { layerSink, type LayerVisitor } from "./layer.ts";
import type { Sink } from "../bytes/sink.ts";
import { BLOCK, parseHeader } from "../tar/tar-header.ts";
import { compressionOf, unpacking } from "../bytes/unpack.ts";

/** The largest JSON document that is kept; a larger one (a big attestation) is passed over. */
export const DOCUMENT_LIMIT = 8_000_000;

/** How a layer lies in an archive. */
export interface Stored {
  readonly bytes: number;
  readonly compression: "gzip" | "zstd" | null;
}

/** Told of a layer that was read to its end. */
export type LayerFound<T> = (diffId: string, result: T, stored: Stored) => void;

/**
 * Takes one file of an archive and finds out what it is by its first block: a layer goes to a visitor, a JSON document to
 * the index, all else nowhere. `digest` is that of the file's bytes, where it is known for sure.
 */
export function blobSink<T>(
  { name, size, digest }: { name: string; size: number; digest: string | null },
  visitor: (head: Buffer) => LayerVisitor<T>,
  index: Documents,
  found: LayerFound<T>,
): Sink {
  const head: Uint8Array[] = [];
  let length = 0;
  let sink: Sink | null = null;

  function begin(): void | Promise<void> {
    const bytes = Buffer.concat(head.splice(0));
    sink = sinkFor(bytes);
    return sink.write(bytes);
  }

  function sinkFor(bytes: Buffer): Sink {
    const compression = compressionOf(bytes);
    const done = (diffId: string, result: T): void =>
      found(diffId, result, { bytes: size, compression });
    if (compression !== null) return unpacking(compression, layerSink(visitor, null, done));
    if (beginsTar(bytes)) return layerSink(visitor, digest, done);
    return looksLikeJson(bytes) ? documentSink(name, index) : NOWHERE;
  }

  return {
    write(bytes) {
      if (sink !== null) return sink.write(bytes);
      head.push(Buffer.from(bytes)); // the next write may be in the same memory
      length += bytes.length;
      if (length >= BLOCK) return begin();
    },
    async end() {
      if (sink === null) await begin();
      await sink?.end();
    },
  };
}

export function looksLikeJson(head: Buffer): boolean {
  return /^\s*[{[]/.test(head.toString("latin1", 0, BLOCK));
}

const NOWHERE: Sink = { write() {}, end() {} };

// A layer in which nothing changed is two blocks of zeros, or, from some tools, no bytes at all.
function beginsTar(bytes: Buffer): boolean {
  if (bytes.length < BLOCK) return bytes.length === 0;
  const block = bytes.subarray(0, BLOCK);
  return parseHeader(block) !== null || block.every((byte) => byte === 0);
}

function documentSink(name: string, index: Documents): Sink {
  const parts: Uint8Array[] = [];
  let length = 0;
  return {
    write(bytes) {
      length += bytes.length;
      if (length > DOCUMENT_LIMIT) parts.length = 0;
      else parts.push(Buffer.from(bytes));
    },
    end() {
      if (length <= DOCUMENT_LIMIT) index.add(name, Buffer.concat(parts));
    },
  };
}
