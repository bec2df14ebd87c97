import type { EntryReader } from "../../archive/layer.ts";
import { heldReader } from "../held.ts";
import type { Add } from "../package.ts";
import { addNamed, jarPackages } from "./jar.ts";

/** A zip's directory is at its end, so it is held whole; the fat jars of large services take some 100 MB. */
const LARGEST = 64 << 20;
/** What all that is taken out of one file may take together: an archive of the largest size inside another, and again. */
const MOST_TAKEN = 2 * LARGEST;

/** Reads a Java archive and those inside it; of one larger than 64 MiB what its name tells. */
export function jarReader(
  add: Add,
  { path, size }: { readonly path: string; readonly size: number },
): EntryReader | null {
  if (size <= LARGEST)
    return heldReader(size, (jar) => jarPackages(jar, path, add, { left: MOST_TAKEN }));
  addNamed(path, [], add);
  return null;
}
