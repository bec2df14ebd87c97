import type { DiffChange, DiffEntry } from "../model/image-diff.ts";

/** A place in which something left or came: a folder with all of it that is in there, or a single name. */
export interface Place {
  readonly path: string;
  readonly folder: boolean;
  readonly bytes: number;
  /** Names in it that are no folders; 1 for a single name. */
  readonly files: number;
}

interface Building {
  readonly path: string;
  readonly children: Map<string, Building>;
  bytes: number;
  files: number;
}

/** A folder is opened when its larger parts hold as much of it, or one part nearly all: else it tells more than they do. */
const LARGER_PARTS = 2 / 3;
const NEARLY_ALL = 0.95;

/**
 * The places where most of the entries are, largest first, and what all others hold: folders are opened as long as that
 * tells where in them it is, so that some `top` places remain instead of thousands of files.
 */
export function places(
  entries: readonly DiffEntry[],
  top: number,
): { readonly shown: readonly Place[]; readonly rest: Pick<Place, "bytes" | "files"> } {
  if (entries.length === 0) return { shown: [], rest: { bytes: 0, files: 0 } };
  const root = grow(entries);
  const weight = weightBy(root);
  const least = weight(root) / (2 * top);
  const found: Place[] = [];
  const open = [root];
  for (let it = open.pop(); it; it = open.pop()) {
    const children = [...it.children.values()];
    const large = children.filter((child) => weight(child) >= least);
    const share = large.reduce((sum, child) => sum + weight(child), 0) / weight(it);
    const most = children.reduce((largest, child) => Math.max(largest, weight(child)), 0);
    const opened =
      it === root || most >= weight(it) * NEARLY_ALL || (large.length > 0 && share >= LARGER_PARTS);
    if (children.length > 0 && opened) open.push(...children);
    else
      found.push({ path: it.path, folder: children.length > 0, bytes: it.bytes, files: it.files });
  }
  found.sort((x, y) => y.bytes - x.bytes || y.files - x.files || (x.path < y.path ? -1 : 1));
  const shown = found.filter((it) => it.bytes > 0 || root.bytes === 0).slice(0, top);
  return {
    shown,
    rest: {
      bytes: root.bytes - shown.reduce((sum, it) => sum + it.bytes, 0),
      files: root.files - shown.reduce((sum, it) => sum + it.files, 0),
    },
  };
}

/** Empty files, links and folders alone weigh by their number. */
function weightBy(root: Building): (it: Building) => number {
  if (root.bytes > 0) return ({ bytes }) => bytes;
  return ({ files, children }) => Math.max(files, children.size, 1);
}

function grow(entries: readonly DiffEntry[]): Building {
  const root = leaf("");
  for (const { path, kind, bytes } of entries) {
    const files = kind === "directory" ? 0 : 1;
    let at = root;
    count(at, bytes, files);
    for (const name of path.slice(1).split("/")) {
      let next = at.children.get(name);
      if (!next) at.children.set(name, (next = leaf(`${at.path}/${name}`)));
      at = next;
      count(at, bytes, files);
    }
  }
  return root;
}

function leaf(path: string): Building {
  return { path, children: new Map(), bytes: 0, files: 0 };
}

function count(at: Building, bytes: number, files: number): void {
  at.bytes += bytes;
  at.files += files;
}

/** The changes of the largest files, largest first, at most so many. */
export function largestChanges(
  changed: readonly DiffChange[],
  most: number,
): readonly DiffChange[] {
  return changed.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, most);
}

/** The larger of the two sides. */
export function sizeOf({ before, after }: DiffChange): number {
  return Math.max(before.bytes, after.bytes);
}
