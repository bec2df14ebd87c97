import { InputError } from "../../model/error.ts";
import type { Tally } from "../../model/inspection.ts";
import type { Inode } from "./inode.ts";
import { pathOf, type Entry, type Inventory } from "./inventory.ts";
import { locate, resolve, type Node, type Place, type Tree } from "./tree.ts";
import { isOwn, OPAQUE, WHITEOUT } from "./whiteouts.ts";

/** A file system put together from layers, and what each of them did. */
export interface Merged {
  readonly tree: Tree;
  /** One for each layer, lowest first. */
  readonly layers: readonly LayerChange[];
  /** Every stored file that the final tree does not show, in the order in which they were lost. */
  readonly lost: readonly Lost[];
}

/** What a layer did to the files below it. What it added and changed together are the bytes that it stores. */
export interface LayerChange {
  readonly added: Tally;
  /** Files in the place of others; the bytes are those of the new ones. */
  readonly changed: Tally;
  /** The bytes are those of files that have no name any more. */
  readonly removed: Tally;
}

/** A file that one layer stores and another, or the same again, hides. */
export interface Lost {
  readonly path: string;
  readonly bytes: number;
  readonly inode: Inode;
  /** Which layers did, counted from 0. */
  readonly stored: number;
  readonly hidden: number;
}

interface Building extends Node {
  inode: Inode;
  layer: number;
  /** The last layer of which a whiteout went through it: nothing of the layers below it is left inside. */
  cleared: number;
  /** Which name was put into it last: as long as each comes behind that, all are in order. */
  last: string;
  readonly children: Map<string, Building> | null;
}

type Folder = Building & { readonly children: Map<string, Building> };

/** As deep as a path can name folders (PATH_MAX); links that lead to links could go on for ever. */
const DEEPEST = 2048;
/** Parts of paths that may be followed behind links: 100 times what images come to, and some seconds. */
const MOST_STEPS = 50_000_000;

/** Takes layers entry by entry, lowest layer first, and lays them over each other. */
export interface Merging {
  /** Another layer begins; what comes until the next call is its. */
  layer(): void;
  add(entry: Entry): void;
  /** To be called once, when all is there. */
  end(): Merged;
}

/** Lays layers over each other, lowest first. Throws InputError when links lead too far. */
export function merge(layers: readonly Pick<Inventory, "entries">[]): Merged {
  const merged = merging();
  for (const { entries } of layers) {
    merged.layer();
    for (const entry of entries) merged.add(entry);
  }
  return merged.end();
}

/**
 * Merges as the OCI image-spec ("Image Layer Filesystem Changeset") says: `.wh.NAME` hides NAME of the layers below,
 * `.wh..wh..opq` all that they have in that folder, in whatever order a layer's entries come. A folder over a folder keeps
 * what is in it; anything else replaces what was there. A path that leads through a link goes where the link does; a hard
 * link to nothing is left out. `add` throws InputError when links lead too far.
 */
export function merging(): Merging {
  const root = folder(0);
  const lost: Lost[] = [];
  const changes: Record<keyof LayerChange, MutableTally>[] = [];
  /** Of inodes with several names: how many they have beside one, and which layer stores them. */
  const names = new Map<Inode, { others: number; readonly layer: number }>();
  let steps = 0;
  let index = -1;
  /** Folders whose names came out of order, which of an engine's are few. */
  const unsorted = new Set<Folder>();
  let { added, changed, removed } = tallies();
  /** The folder of the entry before, which is mostly that of the next one too. */
  let parentPath = "";
  let parent: Folder = root;

  function forgetParent(): void {
    parentPath = "";
    parent = root;
  }

  function follow(find: typeof resolve, path: string): (Place & { node: Building }) | null {
    return find(root, path, (parts) => {
      steps += parts;
      if (steps > MOST_STEPS) throw new InputError("links that lead through links too often");
    }) as (Place & { node: Building }) | null;
  }

  /** Takes a name out of the tree for good. */
  function lose(path: string, node: Building, count: MutableTally | null): void {
    for (const [name, child] of node.children ?? []) lose(`${path}/${name}`, child, count);
    const { inode } = node;
    if (inode.kind !== "file") return;
    const shared = names.get(inode);
    const bytes = shared && shared.others > 0 ? 0 : inode.size;
    if (count && node.layer < index) add(count, bytes);
    if (shared && shared.others > 0) shared.others -= 1;
    else if (bytes > 0)
      lost.push({ path, bytes, inode, stored: shared?.layer ?? node.layer, hidden: index });
  }

  /** Takes away what the layers below have at a name; true when nothing is left. */
  function hide(path: string, node: Building): boolean {
    if (node.cleared < index) {
      for (const [name, child] of node.children ?? [])
        if (hide(`${path}/${name}`, child)) node.children?.delete(name);
      node.cleared = index;
    }
    if (node.layer === index || (node.children?.size ?? 0) > 0) return false;
    if (node.children === null) lose(path, node, removed);
    return true;
  }

  function put(into: Folder, name: string, node: Building): void {
    if (name < into.last) unsorted.add(into);
    else into.last = name;
    into.children.set(name, node);
  }

  function folderAt(path: string): Folder {
    if (path === parentPath) return parent;
    let at = root;
    let depth = 0;
    for (let start = 1; start <= path.length;) {
      const slash = path.indexOf("/", start);
      const end = slash < 0 ? path.length : slash;
      const part = path.slice(start, end);
      start = end + 1;
      depth += 1;
      const before = at.children.get(part);
      let next = before;
      if (before?.inode.kind === "symlink") {
        const place = follow(resolve, path.slice(0, end));
        next = place?.node;
        if (next?.children) depth = place?.path.split("/").length ?? 0;
      }
      if (!next || !isFolder(next)) {
        if (before) lose(path.slice(0, end), before, removed);
        next = folder(index);
        put(at, part, next);
      }
      if (depth > DEEPEST) throw new InputError(`folders more than ${DEEPEST} deep`);
      at = next as Folder;
    }
    parentPath = path;
    parent = at;
    return at;
  }

  function whiteout(into: Folder, above: string, name: string): void {
    forgetParent(); // what it leads to may be gone
    if (name === OPAQUE) {
      if (into.cleared === index) return;
      for (const [it, node] of into.children)
        if (hide(`${above}/${it}`, node)) into.children.delete(it);
      into.cleared = index;
      return;
    }
    const it = name.slice(WHITEOUT.length);
    const node = into.children.get(it);
    if (node && hide(`${above}/${it}`, node)) into.children.delete(it);
  }

  /** What an entry stands for; null when that is nothing, or what is there already. */
  function inodeOf(entry: Entry, before: Building | undefined): Inode | null {
    if ("inode" in entry) return entry.inode;
    const target = follow(locate, entry.link)?.node;
    if (!target || target.children || target === before) return null;
    const shared = names.get(target.inode);
    if (shared) shared.others += 1;
    else names.set(target.inode, { others: 1, layer: target.layer });
    return target.inode;
  }

  return {
    layer() {
      index += 1;
      changes.push(({ added, changed, removed } = tallies()));
      forgetParent();
    },
    add(entry) {
      const { folder: above, name } = entry;
      if (isOwn(above, name)) return;
      if (name === "") {
        if ("inode" in entry && entry.inode.kind === "directory") root.inode = entry.inode;
        return;
      }
      const into = folderAt(above);
      if (name.startsWith(WHITEOUT)) {
        whiteout(into, above, name);
        return;
      }
      const before = into.children.get(name);
      const inode = inodeOf(entry, before);
      if (inode === null) return;
      if (before?.children && inode.kind === "directory") {
        before.inode = inode;
        before.layer = index;
        return;
      }
      const replaces = before?.inode.kind === "file" && inode.kind === "file";
      if (before) {
        lose(pathOf(entry), before, replaces ? null : removed);
        forgetParent();
      }
      if (inode.kind === "file" && "inode" in entry)
        add(replaces && before.layer < index ? changed : added, inode.size);
      const children = inode.kind === "directory" ? new Map<string, Building>() : null;
      put(into, name, { inode, layer: index, cleared: -1, last: "", children });
    },
    end() {
      const linked = new Set<Inode>();
      for (const [inode, { others }] of names) if (others > 0) linked.add(inode);
      for (const it of unsorted) sort(it.children);
      return { tree: { ...root, linked }, layers: changes, lost };
    },
  };
}

/** Puts a folder's names in order, once: a tree is walked through several times. */
function sort(children: Map<string, Building>): void {
  const names = [...children].sort(([a], [b]) => (a < b ? -1 : 1));
  children.clear();
  for (const [name, node] of names) children.set(name, node);
}

function tallies(): Record<keyof LayerChange, MutableTally> {
  return { added: tally(), changed: tally(), removed: tally() };
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
  return { inode, layer, cleared: -1, last: "", children: new Map() };
}
