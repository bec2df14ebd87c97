import type { Binaries } from "../../model/anatomy.ts";
import type { Inode } from "../tree/inode.ts";
import type { Survey } from "../tree/survey.ts";
import type { Tree } from "../tree/tree.ts";
import type { Binary } from "./loaders.ts";
import { allMissing } from "./missing.ts";

/** Counts the ELF files of a file system, each once whatever names it has, and looks for what could not be loaded. */
export function binarySurvey(tree: Tree): Survey<Binaries> {
  const binaries: Binary[] = [];
  const seen = new Set<Inode>();
  return {
    look(path, { inode }) {
      const elf = inode.content?.elf;
      if (!elf || seen.has(inode)) return;
      seen.add(inode);
      binaries.push({ path, inode, elf });
    },
    result: () => ({ ...countsOf(binaries), missing: allMissing(tree, binaries) }),
  };
}

function countsOf(binaries: readonly Binary[]): Omit<Binaries, "missing"> {
  const counts = { static: 0, dynamic: 0, libraries: 0, stripped: 0 };
  for (const { elf } of binaries) {
    if (elf.kind === "object") continue;
    if (elf.kind === "library") counts.libraries++;
    else if (elf.interpreter === null) counts.static++;
    else counts.dynamic++;
    if (elf.stripped) counts.stripped++;
  }
  return counts;
}
