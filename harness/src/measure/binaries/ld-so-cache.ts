import { Buffer } from "node:buffer";
import { text } from "../tar/pax.ts";

/** A library that ldconfig found: the name by which programs ask for it, and where it lies. */
export interface CachedLibrary {
  readonly name: string;
  readonly path: string;
}

const MAGIC = Buffer.from("glibc-ld.so.cache1.1", "latin1");
const HEADER = 48;
const ENTRY = 24;
/** The format of before 2000, which old ldconfigs still write in front of the other. */
const OLD_MAGIC = Buffer.from("ld.so-1.7.0\0", "latin1");
const OLD_HEADER = 16;
const OLD_ENTRY = 12;

/**
 * The entries of ld.so.cache (glibc, sysdeps/generic/dl-cache.h). Their numbers are in the byte order of the machine that
 * it is for, as the flags in the header say or, in older ones, as makes sense.
 */
export function cachedLibraries(bytes: Buffer): readonly CachedLibrary[] {
  const start = startOf(bytes);
  if (start === null) return [];
  const file = bytes.subarray(start);
  const little = file.readUInt32LE(MAGIC.length);
  const big = HEADER + little * ENTRY > file.length;
  const word = (at: number): number => (big ? file.readUInt32BE(at) : file.readUInt32LE(at));
  const last = HEADER + word(MAGIC.length) * ENTRY;
  if (last > file.length) return [];
  const string = (at: number): string => {
    const end = file.indexOf(0, at);
    return end === -1 || end - at > 4096 ? "" : text(file, at, end - at);
  };
  const libraries: CachedLibrary[] = [];
  // Strings that lie in each other would make much of little.
  let rest = file.length;
  for (let at = HEADER; at < last && rest > 0; at += ENTRY) {
    const name = string(word(at + 4));
    const path = string(word(at + 8));
    rest -= path.length;
    if (name && path.startsWith("/")) libraries.push({ name, path });
  }
  return libraries;
}

function startOf(bytes: Buffer): number | null {
  if (bytes.length < HEADER) return null;
  if (!bytes.subarray(0, OLD_MAGIC.length).equals(OLD_MAGIC)) return begins(bytes, 0) ? 0 : null;
  for (const count of [bytes.readUInt32LE(12), bytes.readUInt32BE(12)]) {
    const end = OLD_HEADER + count * OLD_ENTRY;
    for (const start of [Math.ceil(end / 4) * 4, Math.ceil(end / 8) * 8])
      if (begins(bytes, start)) return start;
  }
  return null;
}

function begins(bytes: Buffer, start: number): boolean {
  return (
    bytes.length >= start + HEADER && bytes.subarray(start, start + MAGIC.length).equals(MAGIC)
  );
}
