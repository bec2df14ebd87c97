import type { FolderSize, Inspection } from "../../model/inspection.ts";
import type { Survey } from "../tree/survey.ts";
import { once, type Directory, type Node, type Tree } from "../tree/tree.ts";

/** What holds less than this share of the whole is not listed, nor more than so many folders and files. */
const SHARE = 0.001;
const MOST_NODES = 1000;
const MOST_FILES = 100;

interface Open {
  readonly name: string;
  readonly rest: Iterator<readonly [string, Node]>;
  bytes: number;
  files: number;
  readonly inside: FolderSize[];
}

/** The largest files, largest first. What hard links share counts once, under the first name in the order of code units. */
export function largestSurvey(tree: Tree): Survey<Inspection["largest"]> {
  const isFirst = once(tree);
  let found: { path: string; bytes: number }[] = [];
  const cut = (): void => {
    found = found.sort((a, b) => b.bytes - a.bytes || order(a.path, b.path)).slice(0, MOST_FILES);
  };
  return {
    look(path, { inode }) {
      const { kind, size } = inode;
      if (kind !== "file" || size === 0 || !isFirst(inode)) return;
      if (found.length >= MOST_FILES && size <= (found[MOST_FILES - 1]?.bytes ?? 0)) return;
      found.push({ path, bytes: size });
      if (found.length === 4 * MOST_FILES) cut();
    },
    result() {
      cut();
      return found;
    },
  };
}

/** Where the bytes lie: a tree of folders and files, `bytes` being all that the files hold together. */
export function foldersOf(tree: Tree, bytes: number): FolderSize {
  const all = sizes(tree, Math.max(1, bytes * SHARE));
  const listed: number[] = [];
  const open = [all];
  for (let node = open.pop(); node; node = open.pop()) {
    listed.push(node.bytes);
    open.push(...node.inside);
  }
  if (listed.length <= MOST_NODES) return all;
  // A folder holds no less than what is in it, so that what is left is a tree.
  const least = listed.sort((a, b) => b - a)[MOST_NODES] ?? 0;
  return sizes(tree, least + 1);
}

/** Own stack: a hostile tree is deeper than JavaScript's. */
function sizes(tree: Tree, least: number): FolderSize {
  const isFirst = once(tree);
  const root: Open = begin("", tree);
  const open = [root];
  for (;;) {
    const top = open.at(-1) as Open;
    const next = top.rest.next();
    if (!next.done) {
      const [name, node] = next.value;
      if (node.children) open.push(begin(name, node as Directory));
      else if (node.inode.kind === "file") {
        const bytes = isFirst(node.inode) ? node.inode.size : 0;
        top.bytes += bytes;
        top.files += 1;
        if (bytes >= least) top.inside.push({ name, kind: "file", bytes, files: 1, inside: [] });
      }
      continue;
    }
    const { name, bytes, files, inside } = top;
    inside.sort((a, b) => b.bytes - a.bytes || order(a.name, b.name));
    const folder: FolderSize = { name, kind: "folder", bytes, files, inside };
    open.pop();
    const parent = open.at(-1);
    if (!parent) return folder;
    parent.bytes += bytes;
    parent.files += files;
    if (bytes >= least) parent.inside.push(folder);
  }
}

function begin(name: string, node: Directory): Open {
  return { name, rest: node.children.entries(), bytes: 0, files: 0, inside: [] };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
