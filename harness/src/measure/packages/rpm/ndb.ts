import type { Buffer } from "node:buffer";

const MAGIC = "RpmP";
const SLOT = "Slot";
const SLOT_SIZE = 16;
/** The file's header takes the place of the first two slots. */
const FIRST_SLOT = 2 * SLOT_SIZE;
const PAGE = 4096;
const BLOB = "BlbS";
const BLOB_HEADER = 16;
const BLOCK = 16;

/** Whether a file is a `Packages.db` of rpm's own database, ndb. */
export function isNdb(bytes: Buffer): boolean {
  return bytes.length > FIRST_SLOT && bytes.toString("latin1", 0, 4) === MAGIC;
}

/**
 * The headers in an ndb database (rpm, lib/backend/ndb/rpmpkg.c): pages of slots, each of which leads to a blob. Blobs lie behind
 * each other; more bytes of them than the file has are none of rpm's making, and end the list.
 */
export function* ndbHeaders(bytes: Buffer): Generator<Buffer> {
  if (!isNdb(bytes)) return;
  const end = Math.min(bytes.length, bytes.readUInt32LE(12) * PAGE);
  let left = bytes.length;
  for (let at = FIRST_SLOT; at + SLOT_SIZE <= end; at += SLOT_SIZE) {
    if (bytes.toString("latin1", at, at + 4) !== SLOT) return;
    const index = bytes.readUInt32LE(at + 4);
    const start = bytes.readUInt32LE(at + 8) * BLOCK;
    if (index === 0 || start + BLOB_HEADER > bytes.length) continue; // free
    if (bytes.toString("latin1", start, start + 4) !== BLOB) continue;
    const size = bytes.readUInt32LE(start + 12);
    left -= size;
    if (left < 0) return;
    yield bytes.subarray(start + BLOB_HEADER, start + BLOB_HEADER + size);
  }
}
