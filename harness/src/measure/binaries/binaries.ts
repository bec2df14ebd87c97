import type { Binaries } from "../../model/anatomy.ts";
import type { Inode } from "../tree/inode.ts";
import { walk, type Tree } from "../tree/tree.ts";
import type { Binary } from "./loaders.ts";
import { allMissing } from "./missing.ts";

/** Counts the ELF files of a file system, each once whatever names it has, and looks for what could not be loaded. */
export function binariesOf(tree: Tree): Binaries {
  const counts = { static: 0, dynamic: 0, libraries: 0, stripped: 0 };
  const binaries = binariesIn(tree);
  for (const { elf } of binaries) {
    if (elf.kind === "object") continue;
    if (elf.kind === "library") counts.libraries++;
    else if (elf.interpreter === null) counts.static++;
    else counts.dynamic++;
    if (elf.stripped) counts.stripped++;
  }
  return { ...counts, missing: allMissing(tree, binaries) };
}

function binariesIn(tree: Tree): readonly Binary[] {
  const binaries: Binary[] = [];
  const seen = new Set<Inode>();
  for (const { path, node } of walk(tree)) {
    const { inode } = node;
    const elf = inode.content?.elf;
    if (!elf || seen.has(inode)) continue;
    seen.add(inode);
    binaries.push({ path, inode, elf });
  }
  return binaries;
}
