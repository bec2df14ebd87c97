import type { Buffer } from "node:buffer";
import type { EntryReader } from "../../tar/tar-reader.ts";
import { heldReader } from "../held.ts";
import type { Add } from "../package.ts";
import { berkeleyValues } from "./berkeley.ts";
import { rpmHeader } from "./header.ts";
import { ndbHeaders } from "./ndb.ts";
import { tableRows } from "./sqlite.ts";

/**
 * Trees lead anywhere in the file, so it is held whole. Nothing else may take as much: to tell of an image with very many
 * packages that it has none would be worse than to hold them for a moment.
 */
const LARGEST = 256 << 20;
/** What rpm lists among the packages though it is none: a key that signatures are checked by. */
const KEY = "gpg-pubkey";

/**
 * Reads rpm's database in each of its forms: SQLite (since rpm 4.16), ndb (SUSE) and the hash of Berkeley DB of before. One larger
 * than 256 MiB is not read, nor is what a write-ahead log beside it holds, which rpm empties at its end.
 */
export function rpmReader(add: Add, { size }: { readonly size: number }): EntryReader | null {
  if (size > LARGEST) return null;
  return heldReader(size, (database) => {
    for (const blob of headers(database)) {
      const told = rpmHeader(blob);
      if (told && told.name !== KEY) add(told);
    }
  });
}

/** A file is of one of the forms, and gives none by the others. */
function* headers(database: Buffer): Generator<Buffer> {
  for (const row of tableRows(database, "Packages")) if (row[1]) yield row[1];
  yield* ndbHeaders(database);
  yield* berkeleyValues(database);
}
