import { Buffer } from "node:buffer";

/** Page header of Berkeley DB 4.6 and later (dbinc/db_page.h). */
const HEADER = 26;
const MAGIC_AT = 12;
const HASH_MAGIC = 0x00061561;
/** Pages of a hash, not sorted and sorted. */
const HASH_PAGES = [2, 13];
const OVERFLOW = 7;
/** Kinds of items: in the page itself, or on overflow pages, of which it tells the first and how many bytes. */
const INLINE = 1;
const OFF_PAGE = 3;

/** Whether a file is a hash of Berkeley DB, which rpm's `Packages` was up to version 4.15. */
export function isBerkeley(bytes: Buffer): boolean {
  return (
    bytes.length >= 512 &&
    (bytes.readUInt32LE(MAGIC_AT) === HASH_MAGIC || bytes.readUInt32BE(MAGIC_AT) === HASH_MAGIC)
  );
}

/**
 * The values in a hash of Berkeley DB, page after page: items come in pairs, a key and its value, and a page's index leads
 * to them from its end backwards. Damaged parts are left out.
 */
export function* berkeleyValues(bytes: Buffer): Generator<Buffer> {
  if (!isBerkeley(bytes)) return;
  const little = bytes.readUInt32LE(MAGIC_AT) === HASH_MAGIC;
  const half = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const word = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const pageSize = word(20);
  if (pageSize < 512 || pageSize > 65_536) return;
  /** Overflow pages that were read: each belongs to one value. */
  const seen = new Set<number>();
  for (let page = pageSize; page + pageSize <= bytes.length; page += pageSize) {
    if (!HASH_PAGES.includes(bytes[page + 25] ?? 0)) continue;
    const count = half(page + 20);
    if (HEADER + 2 * count > pageSize) continue;
    const item = (index: number): number =>
      index < 0 ? pageSize : half(page + HEADER + 2 * index);
    for (let index = 1; index < count; index += 2) {
      const [start, end] = [item(index), item(index - 1)];
      if (end > pageSize || start + 1 > end) continue;
      const at = page + start;
      if (bytes[at] === INLINE) yield bytes.subarray(at + 1, page + end);
      if (bytes[at] !== OFF_PAGE || start + 12 > pageSize) continue;
      const value = overflow(word(at + 4), word(at + 8));
      if (value) yield value;
    }
  }

  function overflow(first: number, size: number): Buffer | null {
    const parts: Buffer[] = [];
    let missing = size;
    for (let number = first; missing > 0;) {
      const page = number * pageSize;
      if (seen.has(number) || page + pageSize > bytes.length) return null;
      if (bytes[page + 25] !== OVERFLOW) return null;
      seen.add(number);
      const length = Math.min(missing, half(page + 22), pageSize - HEADER);
      if (length === 0) return null;
      parts.push(bytes.subarray(page + HEADER, page + HEADER + length));
      missing -= length;
      number = word(page + 16);
    }
    return Buffer.concat(parts);
  }
}
