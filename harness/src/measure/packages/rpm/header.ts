import type { Buffer } from "node:buffer";
import type { Told } from "../package.ts";

/** rpmtag.h. */
const NAME = 1000;
const VERSION = 1001;
const RELEASE = 1002;
const EPOCH = 1003;
const ARCHITECTURE = 1022;
const SOURCE = 1044;
const WANTED = new Set([NAME, VERSION, RELEASE, EPOCH, ARCHITECTURE, SOURCE]);

const INT32 = 4;
const STRING = 6;
/** Counts of entries and of bytes of data come first, then the entries. */
const INTRO = 8;
const ENTRY = 16;

/**
 * What a header of rpm's database tells (rpm's manual, "RPM Package format", Header; without the magic that it has in a
 * file): `EPOCH:VERSION-RELEASE`, the epoch where there is one. Null for what is no header.
 */
export function rpmHeader(blob: Buffer): Told | null {
  if (blob.length < INTRO) return null;
  const data = INTRO + blob.readUInt32BE(0) * ENTRY;
  if (data + blob.readUInt32BE(4) > blob.length) return null;
  const values = new Map<number, string>();
  for (let at = INTRO; at < data; at += ENTRY) {
    const tag = blob.readUInt32BE(at);
    if (!WANTED.has(tag)) continue;
    const value = valueAt(blob, blob.readUInt32BE(at + 4), data + blob.readUInt32BE(at + 8));
    if (value) values.set(tag, value);
  }
  const [version, release, epoch] = [VERSION, RELEASE, EPOCH].map((tag) => values.get(tag));
  if (!version || !release) return null;
  return {
    name: values.get(NAME),
    version: `${epoch ? `${epoch}:` : ""}${version}-${release}`,
    architecture: values.get(ARCHITECTURE),
    source: values.get(SOURCE),
  };
}

function valueAt(blob: Buffer, type: number, at: number): string | null {
  if (type === INT32) return at + 4 <= blob.length ? String(blob.readUInt32BE(at)) : null;
  if (type !== STRING) return null;
  const end = blob.indexOf(0, at);
  return end === -1 ? null : blob.toString("utf8", at, end);
}
