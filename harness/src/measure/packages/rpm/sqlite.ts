import { Buffer } from "node:buffer";

/** The database's header in front of its first page; then a page's own, of a leaf and of an inner one. */
const HEADER = 100;
const LEAF = 13;
const LEAF_HEADER = 8;
const INNER = 5;
const INNER_HEADER = 12;

interface Database {
  readonly bytes: Buffer;
  readonly pageSize: number;
  /** Bytes of a page without those that are reserved at its end. */
  readonly usable: number;
  /** Pages that were read. Each has one place in a sound database: without this a circle had no end. */
  readonly seen: Set<number>;
}

/** Whether a file is a SQLite database. */
export function isSqlite(bytes: Buffer): boolean {
  return bytes.length > HEADER && bytes.toString("latin1", 0, 16) === "SQLite format 3\0";
}

/**
 * The rows of a table, as the bytes of each column, in an SQLite database ("Database File Format"): its b-tree, with
 * overflow pages. What a write-ahead log beside it holds is not there. Damaged parts are left out.
 */
export function* tableRows(bytes: Buffer, table: string): Generator<readonly Buffer[]> {
  if (!isSqlite(bytes)) return;
  const stated = bytes.readUInt16BE(16);
  const pageSize = stated === 1 ? 65_536 : stated;
  const usable = pageSize - (bytes[20] ?? 0);
  if (usable < 480) return;
  const database = { bytes, pageSize, usable, seen: new Set<number>() };
  for (const [kind, name, , root] of rowsBelow(database, 1)) {
    if (kind?.toString() !== "table" || name?.toString() !== table || !root?.length) continue;
    yield* rowsBelow(database, root.readUIntBE(0, Math.min(6, root.length)));
    return;
  }
}

function* rowsBelow(database: Database, root: number): Generator<readonly Buffer[]> {
  const { bytes, pageSize } = database;
  const open = [root];
  for (;;) {
    const number = open.pop();
    if (number === undefined) return;
    const start = startOf(database, number);
    if (start === null) continue;
    const page = bytes.subarray(start, start + pageSize);
    const head = number === 1 ? HEADER : 0;
    const kind = page[head];
    const count = page.readUInt16BE(head + 3);
    const cells = head + (kind === LEAF ? LEAF_HEADER : INNER_HEADER);
    if ((kind !== LEAF && kind !== INNER) || cells + 2 * count > pageSize) continue;
    if (kind === INNER) open.push(page.readUInt32BE(head + 8));
    for (let at = cells; at < cells + 2 * count; at += 2) {
      const cell = page.readUInt16BE(at);
      if (cell + 4 > pageSize) continue;
      if (kind === INNER) {
        open.push(page.readUInt32BE(cell));
        continue;
      }
      const payload = payloadAt(database, page, cell);
      if (payload) yield columns(payload);
    }
  }
}

/** Where a page that was not read yet begins. */
function startOf({ bytes, pageSize, seen }: Database, number: number): number | null {
  const start = (number - 1) * pageSize;
  if (number < 1 || start + pageSize > bytes.length || seen.has(number)) return null;
  seen.add(number);
  return start;
}

/** A row's bytes: those in the leaf, then those of its overflow pages. */
function payloadAt(database: Database, page: Buffer, cell: number): Buffer | null {
  const { bytes, usable } = database;
  const size = varint(page, cell);
  const key = varint(page, size.end);
  const local = localSize(size.value, usable);
  const end = key.end + local;
  if (size.value > bytes.length || end > page.length) return null;
  const parts = [page.subarray(key.end, end)];
  let missing = size.value - local;
  let next = missing > 0 && end + 4 <= page.length ? page.readUInt32BE(end) : 0;
  while (missing > 0) {
    const start = startOf(database, next);
    if (start === null) return null;
    next = bytes.readUInt32BE(start);
    const part = bytes.subarray(start + 4, start + Math.min(usable, 4 + missing));
    parts.push(part);
    missing -= part.length;
  }
  return Buffer.concat(parts);
}

function localSize(size: number, usable: number): number {
  const most = usable - 35;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((size - least) % (usable - 4));
  return wanted <= most ? wanted : least;
}

/** A record: the types of its columns behind the length of their list, then their values. */
function columns(record: Buffer): readonly Buffer[] {
  const header = varint(record, 0);
  const found: Buffer[] = [];
  let value = header.value;
  for (let at = header.end; at < header.value && at < record.length;) {
    const type = varint(record, at);
    at = type.end;
    const size = sizeOf(type.value);
    found.push(record.subarray(value, value + size));
    value += size;
  }
  return found;
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8][type] ?? 0;
}

/** Seven bits a byte, the highest first; past what a Number holds it is larger than any file. */
function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start; at < start + 9; at++) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return { value: Number.POSITIVE_INFINITY, end: start + 9 };
}
