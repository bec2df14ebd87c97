import type { Binaries } from "../../model/anatomy.ts";
import type { Inode } from "../tree/inode.ts";
import { walk, type Tree } from "../tree/tree.ts";
import { allMissing } from "./missing.ts";

/** Counts the ELF files of a file system, each once whatever names it has, and looks for what could not be loaded. */
export function binariesOf(tree: Tree): Binaries {
  const counts = { static: 0, dynamic: 0, libraries: 0, stripped: 0 };
  const seen = new Set<Inode>();
  for (const { node } of walk(tree)) {
    const elf = node.inode.content?.elf;
    if (!elf || elf.kind === "object" || seen.has(node.inode)) continue;
    seen.add(node.inode);
    if (elf.kind === "library") counts.libraries++;
    else if (elf.interpreter === null) counts.static++;
    else counts.dynamic++;
    if (elf.stripped) counts.stripped++;
  }
  return { ...counts, missing: allMissing(tree) };
}
