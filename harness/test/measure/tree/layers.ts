/** Layers written as lists of entries, and trees written back as lists of lines, for tests of how they merge. */
import { inventoryVisitor, type Entry } from "../../../src/measure/tree/inventory.ts";
import type { Inode } from "../../../src/measure/tree/inode.ts";
import { walk, type Tree } from "../../../src/measure/tree/tree.ts";
import { tarReader } from "../../../src/measure/tar/tar-reader.ts";

export interface Layer {
  readonly entries: readonly Entry[];
}

export function layer(...entries: readonly Entry[]): Layer {
  return { entries };
}

/** A file of so many bytes, whose content is known by a letter. */
export function file(path: string, size = 1, content = "a", mode = 0o644): Entry {
  return named(path, { kind: "file", size, mode, hash: content });
}

export function folder(path: string, mode = 0o755): Entry {
  return named(path, { kind: "directory", mode });
}

export function symlink(path: string, target: string): Entry {
  return named(path, { kind: "symlink", target, mode: 0o777 });
}

export function device(path: string): Entry {
  return named(path, { kind: "device", mode: 0o600 });
}

export function link(path: string, to: string): Entry {
  return { ...split(path), link: to };
}

export function whiteout(path: string): Entry {
  const { folder: above, name } = split(path);
  return named(`${above}/.wh.${name}`, { kind: "file" });
}

export function opaque(path: string): Entry {
  return named(`${path}/.wh..wh..opq`, { kind: "file" });
}

function named(path: string, inode: Partial<Inode>): Entry {
  const plain: Inode = {
    kind: "file",
    size: 0,
    mode: 0o644,
    uid: 0,
    gid: 0,
    target: "",
    hash: null,
    capability: null,
    content: null,
  };
  return { ...split(path), inode: { ...plain, ...inode } };
}

function split(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, slash), name: path.slice(slash + 1) };
}

/** `/a/`, `/a/b 3 x` (bytes and content), `/a/l -> b`, with `= /a/b` behind a name that shares another's inode. */
export function lines(tree: Tree): readonly string[] {
  const first = new Map<Inode, string>();
  return [...walk(tree)].map(({ path, node }) => {
    const { inode } = node;
    const shared = first.get(inode);
    if (!shared) first.set(inode, path);
    const same = shared ? ` = ${shared}` : "";
    if (node.children) return `${path}/`;
    if (inode.kind === "symlink") return `${path} -> ${inode.target}${same}`;
    return inode.kind === "file"
      ? `${path} ${inode.size} ${inode.hash ?? "?"}${same}`
      : `${path} ${inode.kind}${same}`;
  });
}

/** What the inventory of a tar is. */
export function inventoryOf(tar: Buffer): ReturnType<ReturnType<typeof inventoryVisitor>["end"]> {
  const visitor = inventoryVisitor();
  const reader = tarReader((entry) => visitor.entry(entry));
  reader.write(tar);
  reader.finish();
  return visitor.end();
}
