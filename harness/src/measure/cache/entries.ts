import { hash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { shelf, type ShelfLimits } from "./shelf.ts";

/** Values of one type, each in a small file of its own. */
export interface Entries<T> {
  /** What is stored under a key, null when nothing is, or nothing that this version wrote, whole and unchanged. */
  read(key: string): Promise<T | null>;
  /** Stores a value whole or not at all; that it could not be is no error. */
  write(key: string, value: T): Promise<void>;
  /** Removes the entries used longest ago beyond the limits, and what killed processes left half written. */
  prune(): Promise<void>;
}

/**
 * Entries in a folder that is made when it is first needed. `version` says what the values are and by which rules they were
 * found; those of another count as absent. A file is a line with the digest of all behind it, so that what was written in
 * part, or changed since, is told by that, and what is read back needs no checking.
 */
export function entries<T>(folder: string, version: string, limits: ShelfLimits): Entries<T> {
  const files = shelf(folder, ".json", limits);
  return {
    async read(key) {
      try {
        const text = await readFile(await files.find(key), "utf8");
        const body = text.slice(DIGEST_LENGTH + 1);
        if (text !== sealed(body)) return null;
        const entry = JSON.parse(body) as Entry<T>;
        return entry.version === version && entry.key === key ? entry.value : null;
      } catch {
        return null;
      }
    },
    async write(key, value) {
      const entry: Entry<T> = { version, key, value };
      const text = sealed(JSON.stringify(entry));
      await files.store(key, (path) => writeFile(path, text, { flag: "wx" }));
    },
    prune: () => files.prune(),
  };
}

interface Entry<T> {
  readonly version: string;
  readonly key: string;
  readonly value: T;
}

const DIGEST_LENGTH = 64;

function sealed(body: string): string {
  return `${hash("sha256", body)}\n${body}`;
}
