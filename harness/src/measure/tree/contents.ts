import { both, type EntryReader } from "../tar/tar-reader.ts";
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

/**
 * Who reads a file, and tells `found` what there was to find, at its end at the latest; null when nobody does. By an index
 * here as on all that each file passes: `for … of` makes an object for each step, and what is made has to be collected.
 */
export function contentReader(path: string, entry: TarEntry, found: Found): EntryReader | null {
  let all: EntryReader | null = null;
  for (let at = 0; at < RULES.length; at++) {
    const reader = RULES[at]?.(path, entry, found) ?? null;
    if (reader !== null) all = all === null ? reader : both(all, reader);
  }
  return all;
}
