import { holds } from "../bytes/holds.ts";
import { text } from "./pax.ts";

export const BLOCK = 512;

/** One header block by itself, before extended headers are applied. `size` is what follows it in the archive. */
export interface RawHeader {
  readonly name: string;
  /** The type flag's character; "\0" is the oldest form of a regular file. */
  readonly flag: string;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly linkname: string;
  /** GNU only: a sparse file's size with its holes (else -1), and whether more blocks with its map follow. */
  readonly realSize: number;
  readonly mapContinues: boolean;
}

/**
 * Reads the header block of 512 bytes that begins at `start`: v7, ustar, pax, star or GNU. Null for anything that is no
 * header. Fields and offsets are those of POSIX `pax`, "ustar Interchange Format", and of the GNU tar manual, "Basic Tar
 * Format". Nothing is made of a block but what is told of it, since an image has 100,000 of them.
 */
export function parseHeader(bytes: Buffer, start = 0): RawHeader | null {
  if (!checksumHolds(bytes, start)) return null;
  const size = number(bytes, start + 124, 12);
  if (size === null || size < 0) return null;
  const gnu = holds(bytes, start + 257, GNU);
  return {
    name: prefix(bytes, start) + text(bytes, start, 100),
    flag: String.fromCharCode(bytes[start + 156] ?? 0),
    size,
    mode: number(bytes, start + 100, 8) ?? 0,
    uid: number(bytes, start + 108, 8) ?? 0,
    gid: number(bytes, start + 116, 8) ?? 0,
    linkname: text(bytes, start + 157, 100),
    realSize: gnu ? (number(bytes, start + 483, 12) ?? -1) : -1,
    mapContinues: gnu && bytes[start + 482] !== 0,
  };
}

const GNU = Buffer.from("ustar  \0", "latin1");
const USTAR = Buffer.from("ustar\0", "latin1");
const STAR = Buffer.from("tar\0", "latin1");

// GNU keeps times where ustar keeps the first part of a long name; star keeps them in that field's last 24 bytes.
function prefix(bytes: Buffer, start: number): string {
  if (bytes[start + 345] === 0 || !holds(bytes, start + 257, USTAR)) return "";
  const star = holds(bytes, start + 508, STAR);
  return `${text(bytes, start + 345, star ? 131 : 155)}/`;
}

/** Octal digits among spaces and NULs, or GNU's base-256 (first bit set, two's complement). Null when neither, or past 2^53. */
function number(block: Buffer, offset: number, length: number): number | null {
  const first = block[offset] ?? 0;
  if (first & 0x80) {
    let value = first & 0x40 ? (first & 0x7f) - 0x80 : first & 0x7f;
    for (let at = offset + 1; at < offset + length; at++) value = value * 256 + (block[at] ?? 0);
    return Number.isSafeInteger(value) ? value : null;
  }
  const end = offset + length;
  let at = offset;
  while (at < end && isBlank(block[at])) at++;
  let value = 0;
  for (; at < end && !isBlank(block[at]); at++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return null;
    value = value * 8 + digit;
  }
  return value;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0;
}

// Some old tars summed signed characters, so both sums are right. The checksum's own field counts as spaces.
function checksumHolds(bytes: Buffer, start: number): boolean {
  const stored = number(bytes, start + 148, 8);
  const end = start + BLOCK;
  if (end > bytes.length) return false;
  let sum = 8 * 0x20;
  for (let at = start + 148; at < start + 156; at++) sum -= bytes[at] as number;
  for (let at = start; at < end; at += 4)
    sum +=
      (bytes[at] as number) +
      (bytes[at + 1] as number) +
      (bytes[at + 2] as number) +
      (bytes[at + 3] as number);
  if (stored === sum) return true;
  let high = 0;
  for (let at = 0; at < BLOCK; at++)
    if (at < 148 || at >= 156) high += (bytes[start + at] as number) >> 7;
  return stored === sum - 256 * high;
}
