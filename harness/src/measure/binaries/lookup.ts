import type { Inode } from "../tree/inode.ts";
import { resolve, type Place, type Tree } from "../tree/tree.ts";
import type { Elf } from "./elf.ts";

/** A program or library in memory, with whoever asked for it first. */
export interface Loaded {
  /** As it was found, links and all: `$ORIGIN` is the folder of that. */
  readonly path: string;
  readonly elf: Elf;
  readonly asker: Loaded | null;
}

/** Where a loader finds a library that something loaded asks for; null for nowhere. */
export type LibrarySearch = (name: string, asker: Loaded) => Place | "part of the loader" | null;

/** Looks for files under the paths that loaders try, and remembers folders. */
export interface Lookup {
  /** A file by its path, links followed, under that path. */
  at(path: string): Place | null;
  inFolder(folder: string, name: string): Place | null;
}

/** A tree that makes us look more often was made to keep us busy. */
const MOST_LOOKS = 5_000_000;

export function lookup(tree: Tree): Lookup {
  const folders = new Map<string, Place | null>();
  let looks = 0;

  function at(path: string): Place | null {
    const node = ++looks > MOST_LOOKS ? undefined : resolve(tree, path)?.node;
    return node ? { path, node } : null;
  }

  return {
    at,
    inFolder(folder, name) {
      let place = folders.get(folder);
      if (place === undefined) folders.set(folder, (place = at(folder)));
      const node = place?.node.children?.get(name);
      if (!node) return null;
      const path = `${folder.replace(/\/+$/, "")}/${name}`;
      return node.inode.kind === "symlink" ? at(path) : { path, node };
    },
  };
}

/** Whether a file can be loaded beside one of this kind: loaders pass over what is made for another machine. */
export function fits({ kind, hash, content }: Inode, { bits, machine }: Elf): boolean {
  if (kind !== "file") return false;
  // What a sparse file holds was not read.
  if (hash === null) return true;
  const elf = content?.elf;
  return elf !== undefined && elf.bits === bits && elf.machine === machine && elf.kind !== "object";
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
