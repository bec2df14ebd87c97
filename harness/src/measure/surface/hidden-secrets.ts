import type { Findings } from "../../model/anatomy.ts";
import type { Merged } from "../tree/merge.ts";
import type { Inode } from "../tree/inode.ts";
import { locate } from "../tree/tree.ts";
import { collection } from "./findings.ts";

/**
 * Secrets that a later layer deleted or replaced: whoever has the image has them still. What the file system shows at the
 * same path with the same contents (a copy made by chmod, say) is no second finding.
 */
export function hiddenSecrets({ tree, lost }: Pick<Merged, "tree" | "lost">): Findings {
  const found = collection();
  for (const { path, inode } of lost) {
    const secret = inode.content?.secret;
    if (!secret) continue;
    const now = locate(tree, path)?.node;
    if (now && isSame(now.inode, inode)) continue;
    const how = now ? "replaced" : "deleted";
    found.add(path, { inode, children: null, layer: 0 }, `${secret}, ${how} in a later layer`);
  }
  return found.all();
}

/** Where nobody asked for hashes, what is as long and holds the same kind of secret is taken for the same. */
function isSame(one: Inode, other: Inode): boolean {
  if (one.hash !== null || other.hash !== null) return one.hash === other.hash;
  return one.size === other.size && one.content?.secret === other.content?.secret;
}
