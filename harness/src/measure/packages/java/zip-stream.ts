import { Buffer } from "node:buffer";
import type { EntryReader } from "../../tar/tar-reader.ts";
import { inflated } from "./zip.ts";

const LOCAL = Buffer.from("PK\u0003\u0004", "latin1");
const LOCAL_SIZE = 30;
/** Stands behind a file whose size was not known before: mark, checksum, packed and plain size. */
const DESCRIPTOR = Buffer.from("PK\u0007\u0008", "latin1");
const DESCRIPTOR_SIZE = 16;
const HAS_DESCRIPTOR = 8;
const ENCRYPTED = 1;
/** Of a larger file in the archive nothing is held, and nothing can be unpacked. */
const LARGEST = 32 << 20;
const NOTHING: Buffer = Buffer.alloc(0);

/** Told of each file that was wanted. */
export type EachFile = (name: string, unpack: (limit: number) => Buffer | null) => void;

/**
 * Reads a zip as it streams past, for those that are too large to be held until their directory comes: by the headers in
 * front of the files, and where these leave the size open, up to the descriptor behind that tells just the bytes before it.
 * What is in front of the first header is passed over. Ends at the first thing that is neither, as the directory is.
 */
export function zipReader(
  wants: (name: string) => boolean,
  each: EachFile,
  done: () => void,
): EntryReader {
  let state: "start" | "header" | "body" | "search" | "over" = "start";
  /** What was kept of a header, or of the bytes in which a descriptor is searched. */
  let held = NOTHING;
  let name = "";
  let method = 0;
  /** Bytes of the file that are to come, in `body`, or came, in `search`. */
  let size = 0;
  let wanted = false;
  /** The bytes of a file that is wanted; null when they are too many. */
  let parts: Buffer[] | null = null;

  function start(bytes: Buffer): Buffer {
    const window = joined(held, bytes);
    const at = window.indexOf(LOCAL);
    held = at === -1 ? Buffer.from(window.subarray(-(LOCAL.length - 1))) : NOTHING;
    if (at === -1) return NOTHING;
    state = "header";
    return window.subarray(at);
  }

  function header(bytes: Buffer): Buffer {
    held = joined(held, bytes);
    if (held.length < LOCAL_SIZE) return NOTHING;
    if (held.subarray(0, DESCRIPTOR.length).equals(DESCRIPTOR)) {
      // Some write the sizes in front of the data as well.
      const rest = held.subarray(DESCRIPTOR_SIZE);
      held = NOTHING;
      return rest;
    }
    if (!held.subarray(0, LOCAL.length).equals(LOCAL)) return over();
    const nameEnd = LOCAL_SIZE + held.readUInt16LE(26);
    const end = nameEnd + held.readUInt16LE(28);
    if (held.length < end) return NOTHING;
    const flags = held.readUInt16LE(6);
    method = held.readUInt16LE(8);
    size = held.readUInt32LE(18);
    name = held.toString("utf8", LOCAL_SIZE, nameEnd);
    state = (flags & HAS_DESCRIPTOR) !== 0 && size === 0 ? "search" : "body";
    wanted = (flags & ENCRYPTED) === 0 && wants(name);
    parts = wanted && size <= LARGEST ? [] : null;
    const rest = held.subarray(end);
    held = NOTHING;
    if (state === "body" && size === 0) fileEnds();
    return rest;
  }

  function body(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, size);
    parts?.push(Buffer.from(part));
    size -= part.length;
    if (size === 0) fileEnds();
    return bytes.subarray(part.length);
  }

  function search(bytes: Buffer): Buffer {
    const before = held.length;
    const window = joined(held, bytes);
    for (let at = 0; ; at++) {
      at = window.indexOf(DESCRIPTOR, at);
      if (at === -1 || at + DESCRIPTOR_SIZE > window.length) break;
      if (window.readUInt32LE(at + 8) !== size - before + at) continue;
      parts?.push(Buffer.from(window.subarray(0, at)));
      held = NOTHING;
      fileEnds();
      return window.subarray(at + DESCRIPTOR_SIZE);
    }
    const kept = Math.max(0, window.length - DESCRIPTOR_SIZE + 1);
    parts?.push(Buffer.from(window.subarray(0, kept)));
    held = Buffer.from(window.subarray(kept));
    size += bytes.length;
    if (size > LARGEST) parts = null;
    return NOTHING;
  }

  function fileEnds(): void {
    const packed = parts;
    parts = null;
    state = "header";
    if (wanted) each(name, (limit) => packed && inflated(Buffer.concat(packed), method, limit));
  }

  function over(): Buffer {
    state = "over";
    held = NOTHING;
    return NOTHING;
  }

  return {
    data(chunk) {
      let rest: Buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      while (rest.length > 0 && state !== "over")
        rest = { start, header, body, search }[state](rest);
      held = Buffer.from(held); // a view would not outlive the call
    },
    end: done,
  };
}

/** One buffer of two; where the first is empty, nothing is copied. */
function joined(first: Buffer, second: Buffer): Buffer {
  return first.length === 0 ? second : Buffer.concat([first, second]);
}
