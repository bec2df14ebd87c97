import type { Inode } from "./inode.ts";
import type { Entry, Inventory } from "./inventory.ts";
import { locate, resolve, type Node, type Tree } from "./tree.ts";

/** A file system put together from layers, and what each of them did. */
export interface Merged {
  readonly tree: Tree;
  /** One for each layer, lowest first. */
  readonly layers: readonly LayerChange[];
  /** Every stored file that the final tree does not show, in the order in which they were lost. */
  readonly lost: readonly Lost[];
}

/** What a layer did to the files below it. Bytes removed or replaced are those of the files that were there before. */
export interface LayerChange {
  readonly added: Tally;
  readonly changed: Tally;
  readonly removed: Tally;
}

export interface Tally {
  readonly files: number;
  readonly bytes: number;
}

/** A file that one layer stores and another, or the same again, hides. */
export interface Lost {
  readonly path: string;
  readonly bytes: number;
  readonly inode: Inode;
  /** Which layers, counted from 0. */
  readonly stored: number;
  readonly hidden: number;
}

interface Building extends Node {
  inode: Inode;
  layer: number;
  readonly children: Map<string, Building> | null;
}

type Folder = Building & { readonly children: Map<string, Building> };

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh.opq";

/**
 * Lays layers over each other, lowest first, as the OCI image-spec ("Image Layer Filesystem Changeset") says: `.wh.NAME`
 * hides NAME of the layers below, `.wh..wh.opq` all that they have in that folder, in whatever order a layer's entries
 * come. A folder over a folder keeps what is in it; anything else replaces what was there. A path that leads through a
 * link goes where the link does; a hard link to nothing is left out.
 */
export function merge(layers: readonly Inventory[]): Merged {
  const root = folder(0);
  const lost: Lost[] = [];
  /** How many names an inode has beside its first. */
  const names = new Map<Inode, number>();
  const changes = layers.map(({ entries }, index) => {
    const tallies = { added: tally(), changed: tally(), removed: tally() };
    apply(entries, index, tallies);
    return tallies;
  });
  return { tree: root, layers: changes, lost };

  function apply(
    entries: readonly Entry[],
    index: number,
    { added, changed, removed }: Record<keyof LayerChange, MutableTally>,
  ): void {
    let parentPath = "";
    let parent: Folder = root;

    /** Takes a name out of the tree for good. */
    const lose = (path: string, node: Building, count: MutableTally | null): void => {
      for (const [name, child] of node.children ?? []) lose(`${path}/${name}`, child, count);
      const { inode } = node;
      if (inode.kind !== "file") return;
      if (count && node.layer < index) add(count, inode.size);
      const others = names.get(inode) ?? 0;
      if (others > 0) names.set(inode, others - 1);
      else if (inode.size > 0)
        lost.push({ path, bytes: inode.size, inode, stored: node.layer, hidden: index });
    };

    /** Takes away what the layers below have at a name; true when nothing is left. */
    const hide = (path: string, node: Building): boolean => {
      for (const [name, child] of node.children ?? [])
        if (hide(`${path}/${name}`, child)) node.children?.delete(name);
      if (node.layer === index || (node.children?.size ?? 0) > 0) return false;
      if (node.children === null) lose(path, node, removed);
      return true;
    };

    const folderAt = (path: string): Folder => {
      if (path === parentPath) return parent;
      let at = root;
      let walked = "";
      for (const part of path.split("/").slice(1)) {
        walked += `/${part}`;
        let next = at.children.get(part);
        if (next?.inode.kind === "symlink") next = resolve(root, walked)?.node as Building;
        if (!next || !isFolder(next)) {
          const before = at.children.get(part);
          if (before) lose(walked, before, removed);
          next = folder(index);
          at.children.set(part, next);
        }
        at = next as Folder;
      }
      parentPath = path;
      parent = at;
      return at;
    };

    for (const entry of entries) {
      const { path } = entry;
      const slash = path.lastIndexOf("/");
      const name = path.slice(slash + 1);
      const above = path.slice(0, slash);
      if (name === "") {
        if ("inode" in entry && entry.inode.kind === "directory") root.inode = entry.inode;
        continue;
      }
      const into = folderAt(above);
      if (name.startsWith(WHITEOUT)) {
        parentPath = ""; // what it leads to may be gone
        parent = root;
        const hidden = name === OPAQUE ? [...into.children.keys()] : [name.slice(WHITEOUT.length)];
        for (const it of hidden) {
          const node = into.children.get(it);
          if (node && hide(`${above}/${it}`, node)) into.children.delete(it);
        }
        continue;
      }
      const before = into.children.get(name);
      let inode: Inode;
      if ("inode" in entry) {
        inode = entry.inode;
      } else {
        const target = locate(root, entry.link)?.node;
        if (!target || target.children || target === before) continue;
        inode = target.inode;
        names.set(inode, (names.get(inode) ?? 0) + 1);
      }
      if (before?.children && inode.kind === "directory") {
        before.inode = inode;
        before.layer = index;
        continue;
      }
      const replaces = before?.inode.kind === "file" && inode.kind === "file";
      if (before) {
        lose(path, before, replaces ? null : removed);
        parentPath = "";
        parent = root;
      }
      if (inode.kind === "file" && "inode" in entry)
        add(replaces && before.layer < index ? changed : added, inode.size);
      const children = inode.kind === "directory" ? new Map<string, Building>() : null;
      into.children.set(name, { inode, layer: index, children });
    }
  }
}

interface MutableTally {
  files: number;
  bytes: number;
}

function tally(): MutableTally {
  return { files: 0, bytes: 0 };
}

function add(to: MutableTally, bytes: number): void {
  to.files += 1;
  to.bytes += bytes;
}

function isFolder(node: Building): node is Folder {
  return node.children !== null;
}

/** A folder that no tar lists by itself belongs to root and may be read by all, as engines make it. */
function folder(layer: number): Folder {
  const inode: Inode = {
    kind: "directory",
    size: 0,
    mode: 0o755,
    uid: 0,
    gid: 0,
    target: "",
    hash: null,
    capability: null,
    content: null,
  };
  return { inode, layer, children: new Map() };
}
