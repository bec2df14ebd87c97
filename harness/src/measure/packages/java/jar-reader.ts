import type { EntryReader } from "../../archive/layer.ts";
import { heldReader } from "../held.ts";
import type { Add } from "../package.ts";
import { jar, jarPackages } from "./jar.ts";
import { zipReader } from "./zip-stream.ts";

/** A zip's directory is at its end, so it is held whole; larger ones are read without it. */
const LARGEST_HELD = 64 << 20;
/** What all that is taken out of one file may take together: an archive of that size inside another, and again. */
const MOST_TAKEN = 2 * LARGEST_HELD;
/** Fat jars beyond some hundred megabytes are rare, beyond this there are none. */
const MOST_STREAMED = 1 << 30;

/** Reads a Java archive and those inside it. */
export function jarReader(
  add: Add,
  { path, size }: { readonly path: string; readonly size: number },
): EntryReader {
  const budget = { left: MOST_TAKEN };
  if (size <= LARGEST_HELD) return heldReader(size, (zip) => jarPackages(zip, path, add, budget));
  const large = jar(path, add, { left: Math.min(size, MOST_STREAMED) + MOST_TAKEN });
  return zipReader(large.wants, large.file, large.end);
}
