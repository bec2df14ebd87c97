import type { ByteCause, CausedBytes } from "../../model/anatomy.ts";
import type { Survey } from "../tree/survey.ts";
import { once, type Tree } from "../tree/tree.ts";
import { causeOf } from "./causes.ts";

/**
 * What the bytes of a file system are there for, largest first. A file with several names counts under the first of
 * them, so that the parts add up to all bytes of its files.
 */
export function causeSurvey(tree: Tree): Survey<readonly CausedBytes[]> {
  const sums = new Map<ByteCause, number>();
  const isFirst = once(tree);
  return {
    look(path, { inode }) {
      if (inode.kind !== "file" || inode.size === 0 || !isFirst(inode)) return;
      const cause = causeOf(path);
      sums.set(cause, (sums.get(cause) ?? 0) + inode.size);
    },
    result: () =>
      [...sums]
        .map(([cause, bytes]) => ({ cause, bytes }))
        .sort((a, b) => b.bytes - a.bytes || (a.cause < b.cause ? -1 : 1)),
  };
}
