import { readFile, writeFile } from "node:fs/promises";
import { shelf, type ShelfLimits } from "./shelf.ts";

/** Small JSON files in one folder, named by digests; what is in one is its owner's to check. */
export interface Entries {
  /** What is stored under a digest. Rejects when nothing is, or it is no JSON file of ours. */
  read(digest: string): Promise<unknown>;
  /** Stores a value whole or not at all; that it could not be is no error. */
  write(digest: string, value: unknown): Promise<void>;
  /** Removes the entries used longest ago beyond the limit, and what killed processes left half written. */
  prune(): Promise<void>;
}

/** At most `most` entries, each of `largest` bytes at most, in a folder that is made when it is first needed. */
export function entries(folder: string, limits: ShelfLimits): Entries {
  const files = shelf(folder, ".json", limits);
  return {
    async read(digest) {
      return JSON.parse(await readFile(await files.find(digest), "utf8")) as unknown;
    },
    write: (digest, value) =>
      files.store(digest, (path) => writeFile(path, `${JSON.stringify(value)}\n`, { flag: "wx" })),
    prune: () => files.prune(),
  };
}
