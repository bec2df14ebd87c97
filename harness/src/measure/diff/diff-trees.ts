import type {
  DiffAspect,
  DiffChange,
  DiffEntry,
  DiffSide,
  TreeDiff,
} from "../../model/image-diff.ts";
import type { Inode } from "../tree/inode.ts";
import { walk, type Node, type Tree } from "../tree/tree.ts";
import { together } from "./together.ts";

/**
 * How two file systems differ, name by name. Times are not compared: a build writes new ones. The bytes add up: those of
 * `left`, of the `before` sides of `changed` and of `same` are all that `a` holds; with `came` and `after`, of `b`.
 */
export function diffTrees(a: Tree, b: Tree): TreeDiff {
  const ours = namesOf(a);
  const theirs = namesOf(b);
  for (const { path, before, after } of together(a, b)) {
    ours.meet(path, before, after !== null);
    theirs.meet(path, after, before !== null);
  }
  const left: DiffEntry[] = [];
  const came: DiffEntry[] = [];
  const changed: DiffChange[] = [];
  const same = { files: 0, bytes: 0 };
  let bySize = 0;
  for (const { path, before, after } of together(a, b)) {
    if (after === null) {
      left.push(entryOf(path, before, ours));
      continue;
    }
    if (before === null) {
      came.push(entryOf(path, after, theirs));
      continue;
    }
    const aspects = aspectsOf(before.inode, after.inode);
    if (ours.home(path, before.inode) !== theirs.home(path, after.inode)) aspects.push("links");
    if (aspects.length > 0) {
      const [from, to] = [sideOf(path, before.inode, ours), sideOf(path, after.inode, theirs)];
      changed.push({ path, aspects, before: from, after: to });
      continue;
    }
    if (before.inode.kind !== "file") continue;
    same.files += 1;
    same.bytes += bytesAt(path, before.inode, ours);
    if (before.inode.hash === null || after.inode.hash === null) bySize += 1;
  }
  return { left, came, changed, same, bySize };
}

/** In what two that have the same name differ. Where a file's hash is not known its size must do. */
function aspectsOf(a: Inode, b: Inode): DiffAspect[] {
  if (a.kind !== b.kind) return ["kind"];
  const aspects: DiffAspect[] = [];
  const hashed = a.hash !== null && b.hash !== null;
  if (a.size !== b.size || (hashed && a.hash !== b.hash)) aspects.push("content");
  // A link's own mode means nothing (symlink(7)).
  if (a.mode !== b.mode && a.kind !== "symlink") aspects.push("mode");
  if (a.uid !== b.uid || a.gid !== b.gid) aspects.push("owner");
  if (a.target !== b.target) aspects.push("target");
  if (a.capability !== b.capability) aspects.push("capability");
  return aspects;
}

/** Knows at which of its names a file with several counts: the first that both trees have, else the first of all. */
interface Names {
  meet(path: string, node: Node | null, shared: boolean): void;
  home(path: string, inode: Inode): string;
}

function namesOf(tree: Tree): Names {
  const once = new Set<Inode>();
  const several = new Set<Inode>();
  for (const { node } of walk(tree)) {
    if (node.inode.kind !== "file") continue;
    if (once.has(node.inode)) several.add(node.inode);
    once.add(node.inode);
  }
  once.clear();
  const homes = new Map<Inode, { readonly path: string; readonly shared: boolean }>();
  return {
    meet(path, node, shared) {
      if (node === null || !several.has(node.inode)) return;
      const home = homes.get(node.inode);
      if (!home || (shared && !home.shared)) homes.set(node.inode, { path, shared });
    },
    home: (path, inode) => homes.get(inode)?.path ?? path,
  };
}

function bytesAt(path: string, inode: Inode, names: Names): number {
  return names.home(path, inode) === path ? inode.size : 0;
}

function entryOf(path: string, { inode }: Node, names: Names): DiffEntry {
  return { path, kind: inode.kind, bytes: bytesAt(path, inode, names) };
}

function sideOf(path: string, inode: Inode, names: Names): DiffSide {
  const { kind, mode, uid, gid, target } = inode;
  return { kind, bytes: bytesAt(path, inode, names), mode, uid, gid, target };
}
