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
 * Reads a 512-byte header block: v7, ustar, pax, star or GNU. Null for anything that is no header. Fields and offsets are
 * those of POSIX `pax`, "ustar Interchange Format", and of the GNU tar manual, "Basic Tar Format".
 */
export function parseHeader(block: Buffer): RawHeader | null {
  if (!checksumHolds(block)) return null;
  const size = number(block, 124, 12);
  if (size === null || size < 0) return null;
  const gnu = block.toString("latin1", 257, 265) === "ustar  \0";
  return {
    name: prefix(block) + text(block, 0, 100),
    flag: String.fromCharCode(block[156] ?? 0),
    size,
    mode: number(block, 100, 8) ?? 0,
    uid: number(block, 108, 8) ?? 0,
    gid: number(block, 116, 8) ?? 0,
    linkname: text(block, 157, 100),
    realSize: gnu ? (number(block, 483, 12) ?? -1) : -1,
    mapContinues: gnu && block[482] !== 0,
  };
}

// GNU keeps times where ustar keeps the first part of a long name; star keeps them in that field's last 24 bytes.
function prefix(block: Buffer): string {
  if (block[345] === 0 || block.toString("latin1", 257, 263) !== "ustar\0") return "";
  const star = block.toString("latin1", 508, 512) === "tar\0";
  return `${text(block, 345, star ? 131 : 155)}/`;
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
function checksumHolds(block: Buffer): boolean {
  const stated = number(block, 148, 8);
  let sum = 8 * 0x20;
  for (let at = 0; at < 148; at++) sum += block[at] as number;
  for (let at = 156; at < BLOCK; at++) sum += block[at] as number;
  if (stated === sum) return true;
  let high = 0;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) high += (block[at] as number) >> 7;
  return stated === sum - 256 * high;
}
