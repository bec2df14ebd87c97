import { InputError } from "../../model/error.ts";
import { parsePax, text } from "./pax.ts";
import { entryOf, type Extended, type TarEntry } from "./tar-entry.ts";
import { BLOCK, parseHeader, type RawHeader } from "./tar-header.ts";

/** What a tar is made of, in order: an entry, its data in pieces, its end. */
export type TarPiece = "entry" | "data" | "end";

/** Makes nothing for a piece that nobody asks for: of most entries the data are nobody's. */
export interface TarWalker {
  /** Gives it the next chunk, when `next` has told all pieces of the one before. */
  write(chunk: Uint8Array): void;
  /** What comes next, null when the chunk is used up. Throws InputError on what is no tar. */
  next(): TarPiece | null;
  /** The entry that was met last. */
  entry(): TarEntry;
  /** The data that `next` told of: a view into the chunk, never a copy. */
  data(): Buffer;
  /**
   * Passes over the data of the entry that was just met: how many bytes of the stream are to be left out before the next
   * write. There is no end piece of it then.
   */
  skip(): number;
  /** Whether the end mark was read: what follows is no part of the archive. */
  over(): boolean;
  /** To be called after the last chunk. Throws InputError when the tar breaks off. */
  finish(): void;
}

/** Most bytes of one extended header (a name, a set of attributes): the limit of Go's archive/tar, and so of Docker. */
const EXTENDED_LIMIT = 1 << 20;
const ZEROS = Buffer.alloc(BLOCK);
const NO_BYTES = Buffer.alloc(0);
const NOTHING: Extended = { pax: new Map(), longName: null, longLink: null };

/**
 * Walks a tar as its bytes arrive and keeps at most one header in memory. Reads ustar, pax, GNU long names, base-256
 * sizes and all sparse forms; stops at the archive's end mark.
 */
export function tarWalker(): TarWalker {
  let phase: "header" | "extended" | "map" | "data" | "padding" | "over" = "header";
  /** Bytes that the phase still needs; what must be whole is collected in `held` when a chunk's end cuts it. */
  let need = BLOCK;
  let held: Buffer = Buffer.alloc(BLOCK);
  let filled = 0;
  let padding = 0;
  let position = 0;
  let zeroSeen = false;
  let header: RawHeader | null = null;
  let extended = NOTHING;
  let current: TarEntry | null = null;
  let chunk: Buffer = NO_BYTES;
  /** How far the chunk was read, and where in it the data lie that were told of last. */
  let at = 0;
  let from = 0;

  function enter(next: typeof phase, bytes: number): void {
    phase = next;
    need = bytes;
    filled = 0;
  }

  function enterBody(next: "extended" | "data", size: number): void {
    enter(next, size);
    padding = (BLOCK - (size % BLOCK)) % BLOCK;
  }

  function begin(raw: RawHeader): true {
    const { entry, stored } = entryOf(raw, extended);
    extended = NOTHING;
    current = entry;
    enterBody("data", stored);
    return true;
  }

  function readHeader(bytes: Buffer, offset: number): boolean {
    if (bytes[offset] === 0 && ZEROS.equals(bytes.subarray(offset, offset + BLOCK))) {
      enter(zeroSeen ? "over" : "header", BLOCK);
      zeroSeen = true;
      return false;
    }
    const raw = zeroSeen ? null : parseHeader(bytes, offset);
    if (raw === null) throw new InputError("no tar header");
    header = raw;
    const { flag } = raw;
    if (flag === "x" || flag === "g" || flag === "L" || flag === "K") {
      if (raw.size > EXTENDED_LIMIT) {
        throw new InputError(`an extended header of ${raw.size} bytes`);
      }
      held = Buffer.allocUnsafe(raw.size);
      enterBody("extended", raw.size);
      return false;
    }
    if (flag !== "S" || !raw.mapContinues) return begin(raw);
    enter("map", BLOCK);
    return false;
  }

  function readMap(block: Buffer): boolean {
    enter("map", BLOCK);
    // Byte 504 of a map block says whether another follows.
    return block[504] === 0 && header !== null && begin(header);
  }

  function readExtended(bytes: Buffer): false {
    const flag = header?.flag;
    if (flag === "x") extended = { ...extended, pax: parsePax(bytes) };
    if (flag === "L") extended = { ...extended, longName: text(bytes, 0, bytes.length) };
    if (flag === "K") extended = { ...extended, longLink: text(bytes, 0, bytes.length) };
    // Global records ("g") are passed over, as Docker does.
    if (held.length !== BLOCK) held = Buffer.alloc(BLOCK);
    enter("padding", padding);
    return false;
  }

  /** Reads what must be whole, whose last `length` bytes are in the chunk: whether an entry came of it. */
  function read(length: number): boolean {
    const start = at - length;
    if (filled === 0 && phase === "header") return readHeader(chunk, start);
    let whole = held;
    if (filled === 0) whole = chunk.subarray(start, at);
    else chunk.copy(held, filled, start, at);
    if (phase === "header") return readHeader(whole, 0);
    return phase === "map" ? readMap(whole) : readExtended(whole);
  }

  function step(): TarPiece | null {
    while (phase !== "over") {
      const left = need - filled;
      const length = Math.min(left, chunk.length - at);
      from = at;
      at += length;
      position += length;
      if (phase === "data" || phase === "padding") {
        need -= length;
        if (phase === "data" && length > 0) return "data";
        if (need > 0) return null;
        if (phase === "data") {
          enter("padding", padding);
          return "end";
        }
        enter("header", BLOCK);
      } else if (length < left) {
        filled += chunk.copy(held, filled, from, at);
        return null;
      } else if (read(length)) return "entry";
    }
    return null;
  }

  return {
    write(bytes) {
      chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      at = 0;
    },
    next() {
      try {
        return step();
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        throw new InputError(`${error.message} before byte ${position}`, { cause: error });
      }
    },
    entry() {
      if (current === null) throw new Error("no entry was met yet"); // a mistake of ours
      return current;
    },
    data: () => chunk.subarray(from, at),
    skip() {
      const left = need + padding;
      position += left;
      enter("header", BLOCK);
      return left;
    },
    over: () => phase === "over",
    finish() {
      const between = phase === "header" && filled === 0 && extended === NOTHING;
      if (phase !== "over" && !between) throw new InputError(`it breaks off at byte ${position}`);
    },
  };
}
