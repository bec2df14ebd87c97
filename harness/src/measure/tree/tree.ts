import type { Inode } from "./inode.ts";

/** A file system: its root directory. Nothing in it is changed once it was built. */
export interface Tree extends Directory {
  /** What has several names. */
  readonly linked: ReadonlySet<Inode>;
}

/** One name in a file system. */
export interface Node {
  readonly inode: Inode;
  /** Of a directory what it holds, by name, in the order of code units; else null. */
  readonly children: ReadonlyMap<string, Node> | null;
  /** Which layer put it there, counted from 0; always 0 in a tree that was exported. */
  readonly layer: number;
}

export interface Directory extends Node {
  readonly children: ReadonlyMap<string, Node>;
}

/** Linux gives up after as many links, and on longer paths (path_resolution(7), PATH_MAX). */
const MOST_HOPS = 40;
const LONGEST_PATH = 4096;

/** A place in a tree, links resolved. */
export interface Place {
  readonly path: string;
  readonly node: Node;
}

/** All names below the root, parents before their children, in the order of code units among siblings. */
export function walk(tree: Directory): Generator<Place> {
  return below("", tree);
}

function* below(path: string, directory: Directory): Generator<Place> {
  // An own stack: a hostile tree is deeper than JavaScript's.
  const open = [{ path, rest: directory.children.entries() }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.rest.next();
    if (next.done) {
      open.pop();
      continue;
    }
    const [name, node] = next.value;
    const place = { path: `${top.path}/${name}`, node };
    yield place;
    if (node.children) open.push({ path: place.path, rest: node.children.entries() });
  }
}

/**
 * What an absolute path leads to, as open(2) would follow it; null when it leads nowhere. `spend` is told how many parts
 * of paths are behind each link that is followed.
 */
export function resolve(tree: Directory, path: string, spend?: Spend): Place | null {
  return follow(tree, path, true, spend);
}

/** As `resolve`, but a link at the very end is answered itself, as by lstat(2). */
export function locate(tree: Directory, path: string, spend?: Spend): Place | null {
  return follow(tree, path, false, spend);
}

type Spend = (parts: number) => void;

function follow(tree: Directory, path: string, last: boolean, spend?: Spend): Place | null {
  let rest = path.split("/").reverse();
  const trail: { readonly name: string; readonly node: Node }[] = [];
  for (let hops = 0; rest.length > 0;) {
    const part = rest.pop();
    if (part === undefined || part === "" || part === ".") continue;
    if (part === "..") {
      trail.pop();
      continue;
    }
    const at = trail.at(-1)?.node ?? tree;
    const node = at.children?.get(part);
    if (node === undefined) return null;
    if (node.inode.kind !== "symlink" || (rest.length === 0 && !last)) {
      trail.push({ name: part, node });
      continue;
    }
    const { target } = node.inode;
    if (++hops > MOST_HOPS || target.length + rest.length > LONGEST_PATH) return null;
    if (target.startsWith("/")) trail.length = 0;
    rest = [...rest, ...target.split("/").reverse()];
    spend?.(rest.length);
  }
  const node = trail.at(-1)?.node ?? tree;
  return { path: `/${trail.map(({ name }) => name).join("/")}`, node };
}

/** Bytes of the files in a part of a tree; those that hard links share count once. */
export function bytesOf(node: Node | Tree): number {
  if (!node.children) return node.inode.size;
  const isFirst = "linked" in node ? once(node) : onceOf(null);
  let bytes = 0;
  for (const { node: found } of below("", node as Directory))
    if (isFirst(found.inode)) bytes += found.inode.size;
  return bytes;
}

/**
 * Makes a function that is asked once for each name in a tree, whether it is the first of its file: what hard links share
 * comes once. Only what has several names is kept in mind, since a set of 100,000 files takes 5 MB.
 */
export function once(tree: Tree): (inode: Inode) => boolean {
  return onceOf(tree.linked);
}

function onceOf(linked: ReadonlySet<Inode> | null): (inode: Inode) => boolean {
  const seen = new Set<Inode>();
  return (inode) => {
    if (linked !== null && !linked.has(inode)) return true;
    if (seen.has(inode)) return false;
    seen.add(inode);
    return true;
  };
}
