import { Buffer } from "node:buffer";
import type { EntryReader } from "../tar/tar-reader.ts";

/** Holds a file of a known size whole, and hands it on at its end; for those whose directory or tree lies anywhere in them. */
export function heldReader(size: number, done: (file: Buffer) => void): EntryReader {
  const held = Buffer.allocUnsafe(size);
  let length = 0;
  return {
    data(bytes) {
      const part = length + bytes.length > size ? bytes.subarray(0, size - length) : bytes;
      held.set(part, length);
      length += part.length;
    },
    end: () => done(held.subarray(0, length)),
  };
}
