import type { Findings } from "../../model/anatomy.ts";
import type { Inode } from "../tree/inode.ts";
import type { Node } from "../tree/tree.ts";

const MOST_PATHS = 20;

/** Collects what is found of one kind: all are counted, and the first in the order of code units are kept. */
export interface Collection {
  /** Adds a file, or a folder with all that is in it; what was added before, under whatever name, adds no bytes. */
  add(path: string, node: Node, what?: string): void;
  all(): Findings;
}

export function collection(): Collection {
  const paths: string[] = [];
  const seen = new Set<Inode>();
  let count = 0;
  let bytes = 0;
  return {
    add(path, node, what) {
      count += 1;
      insert(paths, what === undefined ? path : `${path} (${what})`);
      const open = [node];
      for (let at = open.pop(); at; at = open.pop()) {
        if (seen.has(at.inode)) continue;
        seen.add(at.inode);
        bytes += at.inode.size;
        for (const child of at.children?.values() ?? []) open.push(child);
      }
    },
    all: () => ({ count, bytes, paths }),
  };
}

/** Two findings of one kind as one. */
export function joined(one: Findings, other: Findings): Findings {
  const paths: string[] = [];
  for (const path of [...one.paths, ...other.paths]) insert(paths, path);
  return { count: one.count + other.count, bytes: one.bytes + other.bytes, paths };
}

/** Into a sorted list that keeps its first. */
function insert(paths: string[], path: string): void {
  const at = paths.findIndex((other) => path < other);
  if (at === -1 && paths.length === MOST_PATHS) return;
  paths.splice(at === -1 ? paths.length : at, 0, path);
  paths.length = Math.min(paths.length, MOST_PATHS);
}
