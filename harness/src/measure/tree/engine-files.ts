import type { Node, Tree } from "./tree.ts";

/**
 * What an engine puts into every container before it is started (moby, daemon/initlayer), where the image has nothing of
 * that name: an exported file system holds them, the image does not.
 */
const FILES = [
  "/.dockerenv",
  "/dev/console",
  "/etc/hostname",
  "/etc/hosts",
  "/etc/mtab",
  "/etc/resolv.conf",
];
const FOLDERS = ["/dev/pts", "/dev/shm", "/proc", "/sys"];
/** The folders around them, made with them where the image lacks them: empty ones are not told apart from those. */
const AROUND = ["dev", "etc"];

/**
 * A file system without the empty files and folders that engines add, so that one is the same whether it was exported
 * or put together from layers. Nothing with anything in it is left out.
 */
export function withoutEngineFiles(tree: Tree): Tree {
  const children = new Map(tree.children);
  for (const path of [...FILES, ...FOLDERS]) {
    const [first = "", second] = path.slice(1).split("/");
    const top = children.get(first);
    if (second === undefined) {
      if (top && isEmpty(top)) children.delete(first);
      continue;
    }
    const inner = top?.children?.get(second);
    if (!top?.children || !inner || !isEmpty(inner)) continue;
    const rest = new Map(top.children);
    rest.delete(second);
    children.set(first, { ...top, children: rest });
  }
  for (const name of AROUND) if (children.get(name)?.children?.size === 0) children.delete(name);
  return { ...tree, children };
}

function isEmpty({ inode, children }: Node): boolean {
  if (children) return children.size === 0;
  return (inode.kind === "file" && inode.size === 0) || inode.target === "/proc/mounts";
}
