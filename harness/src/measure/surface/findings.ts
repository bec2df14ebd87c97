import type { Findings } from "../../model/anatomy.ts";

const MOST_PATHS = 20;

/** Collects paths of one kind, in the order of code units: all are counted, the first are kept. */
export interface Collection {
  add(path: string, bytes: number): void;
  all(): Findings;
}

export function collection(): Collection {
  const paths: string[] = [];
  let count = 0;
  let bytes = 0;
  return {
    add(path, size) {
      count += 1;
      bytes += size;
      if (paths.length < MOST_PATHS) paths.push(path);
    },
    all: () => ({ count, bytes, paths }),
  };
}
