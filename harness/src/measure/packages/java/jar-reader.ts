import type { EntryReader } from "../../tar/tar-reader.ts";
import { heldReader } from "../held.ts";
import type { Add } from "../package.ts";
import { jar, jarPackages } from "./jar.ts";
import { zipReader } from "./zip-stream.ts";

/** A zip's directory is at its end, so that it is held whole, as most are small; a larger one is read without it. */
const LARGEST_HELD = 16 << 20;
/** What all that is taken out of one file may take together: the fattest jars hold some 200 MB of others. */
const MOST_TAKEN = 256 << 20;

/** Reads a Java archive and those inside it. */
export function jarReader(
  add: Add,
  { path, size }: { readonly path: string; readonly size: number },
): EntryReader {
  const budget = { left: MOST_TAKEN };
  if (size <= LARGEST_HELD) return heldReader(size, (zip) => jarPackages(zip, path, add, budget));
  const { wants, file, end } = jar(path, add, budget);
  return zipReader(wants, file, end);
}
