import type { Package } from "../../model/anatomy.ts";
import { InputError } from "../../model/error.ts";
import { walk, type Tree } from "../tree/tree.ts";
import { MOST_PACKAGES } from "./package.ts";

/**
 * The packages of a file system, sorted by kind, name and version. Each installation counts: the same package in two
 * places is two. Throws InputError beyond 100,000.
 */
export function packagesOf(tree: Tree): readonly Package[] {
  const found: Package[] = [];
  for (const { node } of walk(tree)) {
    for (const it of node.inode.content?.packages ?? []) {
      if (found.length === MOST_PACKAGES)
        throw new InputError(`more than ${MOST_PACKAGES} packages`);
      found.push(it);
    }
  }
  return found.sort(
    (a, b) =>
      order(a.kind, b.kind) ||
      order(a.name, b.name) ||
      order(a.version, b.version) ||
      order(a.path, b.path),
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
