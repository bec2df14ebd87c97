import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Sink } from "../bytes/sink.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { tarReader, type EntryReader } from "../tar/tar-reader.ts";

/** Sees one layer stream past; whatever wants to know something about layers is one of these. */
export interface LayerVisitor<T> {
  /** The bytes of the unpacked layer's tar, all of them. A returned promise holds the stream back. */
  bytes?(chunk: Uint8Array): void | Promise<void>;
  /** An entry of the tar; answers who reads its data, or null when nobody needs to. */
  entry?(entry: TarEntry): EntryReader | null;
  /** The layer was whole and sound: what came out. Not called for one that was not. */
  end(): T | Promise<T>;
}

/** How much of a layer's beginning is collected before a visitor is asked for. */
export const HEAD_SIZE = 64 * 1024;

/**
 * Takes a layer's tar, walks it past the visitor that `open` makes on seeing its first bytes (64 KiB, or all there are),
 * and tells `done` its diff id with the visitor's result. A diff id that is known for sure is not computed again.
 */
export function layerSink<T>(
  open: (head: Buffer) => LayerVisitor<T>,
  known: string | null,
  done: (diffId: string, result: T) => void,
): Sink {
  const hash = known === null ? createHash("sha256") : null;
  const tar = tarReader((entry) => visitor?.entry?.(entry) ?? null);
  const head: Uint8Array[] = [];
  let length = 0;
  let visitor: LayerVisitor<T> | null = null;

  function pass(bytes: Uint8Array, to: LayerVisitor<T>): void | Promise<void> {
    hash?.update(bytes);
    tar.write(bytes);
    return to.bytes?.(bytes);
  }

  function begin(): readonly [LayerVisitor<T>, void | Promise<void>] {
    const bytes = Buffer.concat(head.splice(0));
    const opened = open(bytes.subarray(0, HEAD_SIZE));
    visitor = opened;
    return [opened, pass(bytes, opened)];
  }

  return {
    write(bytes) {
      if (visitor !== null) return pass(bytes, visitor);
      head.push(Buffer.from(bytes)); // the next write may be in the same memory
      length += bytes.length;
      if (length >= HEAD_SIZE) return begin()[1];
    },
    async end() {
      const [whole, passing] = visitor === null ? begin() : [visitor, undefined];
      await passing;
      tar.finish();
      done(known ?? `sha256:${hash?.digest("hex")}`, await whole.end());
    },
  };
}
