import { Buffer } from "node:buffer";
import { inflateRawSync } from "node:zlib";

/** A file in a zip, as the archive's directory tells it (APPNOTE.TXT 4.3.12). */
export interface ZipEntry {
  readonly name: string;
  /** 0 as it is, 8 deflated; the others are rare, and not read. */
  readonly method: number;
  readonly encrypted: boolean;
  /** Bytes as they lie in the archive. */
  readonly packed: number;
  /** Where its local header begins. */
  readonly at: number;
}

const END = 0x06054b50;
const END_SIZE = 22;
const CENTRAL = 0x02014b50;
const CENTRAL_SIZE = 46;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
/** A comment, the last thing in a zip, is no longer. */
const LONGEST_COMMENT = 0xffff;

/**
 * The files in a zip, in the order of its directory; none when it is no zip. What is in front of the archive (a script
 * that starts it) is no part of it.
 */
export function* zipEntries(zip: Buffer): Generator<ZipEntry> {
  const end = endOf(zip);
  if (end === -1) return;
  const start = end - zip.readUInt32LE(end + 12);
  const shift = start - zip.readUInt32LE(end + 16);
  for (let at = start; at >= 0 && at + CENTRAL_SIZE <= end;) {
    if (zip.readUInt32LE(at) !== CENTRAL) return;
    const name = at + CENTRAL_SIZE;
    const rest = name + zip.readUInt16LE(at + 28);
    yield {
      name: zip.toString("utf8", name, rest),
      method: zip.readUInt16LE(at + 10),
      encrypted: (zip.readUInt16LE(at + 8) & 1) !== 0,
      packed: zip.readUInt32LE(at + 20),
      at: zip.readUInt32LE(at + 42) + shift,
    };
    at = rest + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

/** The bytes of a file in a zip, a view where they lie there as they are; null when they are damaged, or more than `limit`. */
export function unzip(zip: Buffer, entry: ZipEntry, limit: number): Buffer | null {
  const { at, packed, method } = entry;
  if (at < 0 || at + LOCAL_SIZE > zip.length || zip.readUInt32LE(at) !== LOCAL) return null;
  const start = at + LOCAL_SIZE + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  if (start + packed > zip.length || entry.encrypted) return null;
  return inflated(zip.subarray(start, start + packed), method, limit);
}

/** A file's bytes from how they were packed; null as above. */
export function inflated(packed: Buffer, method: number, limit: number): Buffer | null {
  if (method === 0) return packed.length <= limit ? packed : null;
  if (method !== 8 || limit < 1) return null;
  try {
    return inflateRawSync(packed, { maxOutputLength: limit });
  } catch {
    return null;
  }
}

function endOf(zip: Buffer): number {
  const lowest = Math.max(0, zip.length - END_SIZE - LONGEST_COMMENT);
  for (let at = zip.length - END_SIZE; at >= lowest; at--)
    if (zip.readUInt32LE(at) === END && at + END_SIZE + zip.readUInt16LE(at + 20) <= zip.length)
      return at;
  return -1;
}
