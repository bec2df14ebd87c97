import type { ByteCause, CausedBytes } from "../../model/anatomy.ts";
import { once, walk, type Tree } from "../tree/tree.ts";
import { causeOf } from "./causes.ts";

/**
 * What the bytes of a file system are there for, largest first. A file with several names counts under the first of
 * them, so that the parts add up to all bytes of its files.
 */
export function bytesByCause(tree: Tree): readonly CausedBytes[] {
  const sums = new Map<ByteCause, number>();
  const isFirst = once(tree);
  for (const { path, node } of walk(tree)) {
    const { kind, size } = node.inode;
    if (kind !== "file" || size === 0 || !isFirst(node.inode)) continue;
    const cause = causeOf(path);
    sums.set(cause, (sums.get(cause) ?? 0) + size);
  }
  return [...sums]
    .map(([cause, bytes]) => ({ cause, bytes }))
    .sort((a, b) => b.bytes - a.bytes || (a.cause < b.cause ? -1 : 1));
}
