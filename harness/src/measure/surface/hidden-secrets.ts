import type { Findings } from "../../model/anatomy.ts";
import type { Merged } from "../tree/merge.ts";
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
    if (now && now.inode.hash === inode.hash) continue;
    const how = now ? "replaced" : "deleted";
    found.add(path, { inode, children: null, layer: 0 }, `${secret}, ${how} in a later layer`);
  }
  return found.all();
}
