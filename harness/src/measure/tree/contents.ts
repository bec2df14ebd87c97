import type { EntryReader } from "../archive/layer.ts";
import { binaryReader } from "../binaries/binary-reader.ts";
import { distributionReader } from "../packages/distribution.ts";
import { packageReader } from "../packages/package-reader.ts";
import { accountReader } from "../surface/accounts.ts";
import { secretReader } from "../surface/secret-reader.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "./inode.ts";

/** Who may want a file's bytes: decides by its path and its header, and answers null for nearly all. */
type ReaderRule = (path: string, entry: TarEntry, found: Found) => EntryReader | null;

const RULES: readonly ReaderRule[] = [
  packageReader,
  distributionReader,
  binaryReader,
  secretReader,
  accountReader,
];

/** Those who read a file, each of which tells `found` what it found, at its end at the latest. */
export function contentReaders(
  path: string,
  entry: TarEntry,
  found: Found,
): readonly EntryReader[] {
  const readers: EntryReader[] = [];
  for (const rule of RULES) {
    const reader = rule(path, entry, found);
    if (reader !== null) readers.push(reader);
  }
  return readers;
}
