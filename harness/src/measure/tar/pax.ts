import { isUtf8 } from "node:buffer";
import { InputError } from "../../model/error.ts";

/** Values are bytes, since extended attributes are. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

/**
 * The records of a pax extended header, each `LENGTH KEYWORD=VALUE\n` where LENGTH counts the whole record (POSIX `pax`,
 * "pax Extended Header"). Throws InputError when they do not add up.
 */
export function parsePax(bytes: Buffer): PaxRecords {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? "" : bytes.toString("latin1", at, Math.min(space, at + 9));
    const end = at + (/^\d+$/.test(digits) ? Number(digits) : 0);
    const equals = bytes.indexOf(0x3d, space);
    if (end > bytes.length || equals <= space || equals >= end || bytes[end - 1] !== 0x0a) {
      throw new InputError("a pax header whose records do not add up");
    }
    // Copied, so that a small attribute does not hold on to a megabyte of header.
    const value = Buffer.from(bytes.subarray(equals + 1, end - 1));
    records.set(bytes.toString("utf8", space + 1, equals), value);
    at = end;
  }
  return records;
}

/** A record as text, null when it is absent or empty (which unsets it). */
export function paxText(records: PaxRecords, keyword: string): string | null {
  const value = records.get(keyword);
  return value === undefined || value.length === 0 ? null : text(value, 0, value.length);
}

/** A record as a number, null when it is absent or empty. Throws InputError when it is none, or past 2^53. */
export function paxNumber(records: PaxRecords, keyword: string): number | null {
  const digits = paxText(records, keyword);
  if (digits === null) return null;
  const value = /^\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new InputError(`a pax header with no usable ${keyword}`);
  return value;
}

/** A stored string up to its first NUL: UTF-8, or latin1 where the bytes are none. */
export function text(bytes: Buffer, offset: number, length: number): string {
  const end = Math.min(offset + length, bytes.length);
  let at = offset;
  let all = 0;
  while (at < end && bytes[at] !== 0) all |= bytes[at++] as number;
  if (at === offset) return "";
  if (all < 0x80 || !isUtf8(bytes.subarray(offset, at)))
    return bytes.toString("latin1", offset, at);
  return bytes.toString("utf8", offset, at);
}
