/**
 * How dive counts wasted bytes (`filetree.Efficiency` and `FileTree.Stack` of github.com/wagoodman/dive v0.13), over our
 * own layers: in each layer's tree every leaf counts for its path, and a path that is met twice or more counts with all
 * its copies, the last and visible one too. A whiteout counts as what it hides when that is a folder, else as nothing.
 */
import type { Inode } from "../harness/src/measure/tree/inode.ts";
import { pathOf, type Inventory } from "../harness/src/measure/tree/inventory.ts";

/** A path that dive lists as inefficient. */
export interface Inefficient {
  readonly path: string;
  readonly bytes: number;
  /** The leaves that it met there, in the order of the layers. */
  readonly met: readonly Met[];
}

export interface Met {
  readonly layer: number;
  readonly bytes: number;
  /** The file that is stored there; null for a whiteout, a hard link, and a folder that no entry tells of. */
  readonly inode: Inode | null;
  readonly isWhiteout: boolean;
}

type Layer = Pick<Inventory, "entries">;

interface Leaf {
  children: Map<string, Leaf>;
  size: number;
  isFolder: boolean;
  inode: Inode | null;
}

const WHITEOUT = ".wh.";
/** Opaque markers (`.wh..wh..opq`), which dive leaves out of its trees. */
const META = ".wh..wh..";

export function diveInefficient(layers: readonly Layer[]): readonly Inefficient[] {
  const found = new Map<string, { path: string; bytes: number; met: Met[] }>();
  const stacked = leaf();
  for (const [layer, inventory] of layers.entries()) {
    const tree = treeOf(inventory);
    try {
      visit(tree, "", (path, name, node) => {
        if (node.children.size > 0) return;
        const isWhiteout = name.startsWith(WHITEOUT);
        const bytes = isWhiteout ? hiddenBytes(layer === 0 ? tree : stacked, path) : node.size;
        const at = found.get(path) ?? { path, bytes: 0, met: [] };
        at.bytes += bytes;
        at.met.push({ layer, bytes, inode: node.inode, isWhiteout });
        found.set(path, at);
      });
    } catch (error) {
      // dive leaves out the rest of a layer in which something is deleted that was not there.
      if (error !== NOT_THERE) throw error;
    }
    stack(stacked, tree);
  }
  return [...found.values()].filter(({ met }) => met.length >= 2);
}

function leaf(): Leaf {
  return { children: new Map(), size: 0, isFolder: false, inode: null };
}

function treeOf({ entries }: Layer): Leaf {
  const root = leaf();
  for (const entry of entries) {
    const node = grow(root, pathOf(entry));
    if (!node) continue;
    const inode = "inode" in entry ? entry.inode : null;
    node.size = inode?.size ?? 0;
    node.isFolder = inode?.kind === "directory";
    node.inode = inode;
  }
  return root;
}

/** The node at a path, made with all above it where there is none; null where dive makes none. */
function grow(root: Leaf, path: string): Leaf | null {
  let node = root;
  for (const name of parts(path)) {
    let next = node.children.get(name);
    if (!next) {
      if (name.startsWith(META)) return null;
      next = leaf();
      node.children.set(name, next);
    }
    node = next;
  }
  return node;
}

/** Children before their folder, by name; `path` is what a whiteout speaks of. */
function visit(
  folder: Leaf,
  above: string,
  task: (path: string, name: string, node: Leaf) => void,
): void {
  for (const name of [...folder.children.keys()].sort()) {
    const node = folder.children.get(name);
    if (!node) continue;
    visit(node, `${above}/${name}`, task);
    task(`${above}/${name.startsWith(WHITEOUT) ? name.slice(WHITEOUT.length) : name}`, name, node);
  }
}

/** Lays a layer over those below, as dive does: a folder that becomes a file keeps what was in it. */
function stack(onto: Leaf, layer: Leaf): void {
  visit(layer, "", (path, name, node) => {
    if (name.startsWith(WHITEOUT)) {
      const slash = path.lastIndexOf("/");
      at(onto, path.slice(0, slash))?.children.delete(path.slice(slash + 1));
      return;
    }
    const target = grow(onto, path);
    if (!target) return;
    target.size = node.size;
    target.isFolder = node.isFolder;
    target.inode = node.inode;
  });
}

const NOT_THERE = new Error("a whiteout of nothing");

function hiddenBytes(below: Leaf, path: string): number {
  const node = at(below, path);
  if (!node) throw NOT_THERE;
  if (!node.isFolder) return 0;
  let bytes = node.size;
  visit(node, "", (_path, _name, inside) => {
    bytes += inside.size;
  });
  return bytes;
}

function at(root: Leaf, path: string): Leaf | null {
  let node: Leaf | undefined = root;
  for (const name of parts(path)) node = node?.children.get(name);
  return node ?? null;
}

function parts(path: string): readonly string[] {
  return path.split("/").filter((part) => part !== "");
}
