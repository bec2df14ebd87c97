import { InputError } from "../../model/error.ts";
import { parsePax, text } from "./pax.ts";
import { entryOf, type Extended, type TarEntry } from "./tar-entry.ts";
import { BLOCK, parseHeader, type RawHeader } from "./tar-header.ts";

/** What a tar is made of, in order: an entry, its data in pieces, its end. */
export type TarPiece =
  | { readonly kind: "entry"; readonly entry: TarEntry }
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

export interface TarWalker {
  /** The pieces that this chunk completes, to be taken to their end; data are views into the chunk, never copies. */
  write(chunk: Uint8Array): Generator<TarPiece, void>;
  /**
   * Passes over the data of the entry that was just handed out: how many bytes of the stream are to be left out before the
   * next write. There is no end piece of it then.
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
const NOTHING: Extended = { pax: new Map(), longName: null, longLink: null };

/**
 * Walks a tar as its bytes arrive and keeps at most one header in memory. Reads ustar, pax, GNU long names, base-256
 * sizes and all sparse forms; stops at the archive's end mark. Throws InputError on what is no tar.
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
  let current: RawHeader | null = null;
  let extended = NOTHING;

  function enter(next: typeof phase, bytes: number): void {
    phase = next;
    need = bytes;
    filled = 0;
  }

  function enterBody(next: "extended" | "data", size: number): void {
    enter(next, size);
    padding = (BLOCK - (size % BLOCK)) % BLOCK;
  }

  function begin(raw: RawHeader): TarEntry {
    const { entry, stored } = entryOf(raw, extended);
    extended = NOTHING;
    enterBody("data", stored);
    return entry;
  }

  function readHeader(block: Buffer): TarEntry | null {
    if (block[0] === 0 && block.equals(ZEROS)) {
      enter(zeroSeen ? "over" : "header", BLOCK);
      zeroSeen = true;
      return null;
    }
    const raw = zeroSeen ? null : parseHeader(block);
    if (raw === null) throw new InputError("no tar header");
    current = raw;
    if (/[xgLK]/.test(raw.flag)) {
      if (raw.size > EXTENDED_LIMIT) {
        throw new InputError(`an extended header of ${raw.size} bytes`);
      }
      held = Buffer.allocUnsafe(raw.size);
      enterBody("extended", raw.size);
      return null;
    }
    if (raw.flag !== "S" || !raw.mapContinues) return begin(raw);
    enter("map", BLOCK);
    return null;
  }

  function readMap(block: Buffer): TarEntry | null {
    enter("map", BLOCK);
    // Byte 504 of a map block says whether another follows.
    return block[504] === 0 && current !== null ? begin(current) : null;
  }

  function readExtended(bytes: Buffer): null {
    const flag = current?.flag;
    if (flag === "x") extended = { ...extended, pax: parsePax(bytes) };
    if (flag === "L") extended = { ...extended, longName: text(bytes, 0, bytes.length) };
    if (flag === "K") extended = { ...extended, longLink: text(bytes, 0, bytes.length) };
    // Global records ("g") are passed over, as Docker does.
    if (held.length !== BLOCK) held = Buffer.alloc(BLOCK);
    enter("padding", padding);
    return null;
  }

  function read(bytes: Buffer): TarEntry | null {
    if (phase === "header") return readHeader(bytes);
    return phase === "map" ? readMap(bytes) : readExtended(bytes);
  }

  function* walk(chunk: Buffer): Generator<TarPiece, void> {
    let at = 0;
    const take = (): Buffer => {
      const bytes = chunk.subarray(at, at + need - filled);
      at += bytes.length;
      position += bytes.length;
      return bytes;
    };
    while (phase !== "over") {
      const bytes = take();
      if (phase === "data" || phase === "padding") {
        need -= bytes.length;
        if (phase === "data" && bytes.length > 0) yield { kind: "data", bytes };
        if (need > 0) return;
        if (phase === "data") {
          yield { kind: "end" };
          enter("padding", padding);
        } else {
          enter("header", BLOCK);
        }
        continue;
      }
      const whole = bytes.length === need;
      if (!whole) filled += bytes.copy(held, filled);
      if (!whole && filled < need) return;
      const entry = read(whole ? bytes : held.subarray(0, need));
      if (entry !== null) yield { kind: "entry", entry };
    }
  }

  return {
    *write(chunk) {
      try {
        yield* walk(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        throw new InputError(`${error.message} before byte ${position}`, { cause: error });
      }
    },
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
