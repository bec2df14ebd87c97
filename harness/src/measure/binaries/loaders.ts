import { resolve, walk, type Tree } from "../tree/tree.ts";
import type { Inode } from "../tree/inode.ts";
import type { Elf } from "./elf.ts";
import { customaryFolders, glibcCache, glibcSearch } from "./glibc.ts";
import { fits, folderOf, lookup, type LibrarySearch } from "./lookup.ts";
import { MUSL_LOADER, muslFolders, muslSearch } from "./musl.ts";

/** What loads a file: the loader that a program asks for, be it there or not; of a library, the one that there is. */
export interface Loader {
  /** By which libraries ask for it, as glibc's C library does. */
  readonly name: string | null;
  readonly there: boolean;
  readonly search: LibrarySearch;
  /** The folders, links resolved, in which it looks by itself. */
  readonly folders: ReadonlySet<string>;
}

/** Finds loaders in a file system; null where nothing is to be loaded, or nothing could. `libraryPath`: LD_LIBRARY_PATH. */
export function loaders(tree: Tree, libraryPath: readonly string[]): (elf: Elf) => Loader | null {
  const look = lookup(tree);
  const cache = glibcCache(look);
  const cached = [...cache.values()].flat().map(folderOf);
  const known = new Map<string, ReadonlySet<string>>();
  let present: ReturnType<typeof loadersIn> | null = null;

  function places(own: readonly string[]): ReadonlySet<string> {
    const key = own.join(":");
    const before = known.get(key);
    if (before) return before;
    const folders = new Set(own.map((folder) => resolve(tree, folder)?.path ?? folder));
    known.set(key, folders);
    return folders;
  }

  function musl(elf: Elf, architecture: string, there: boolean): Loader {
    const own = muslFolders(look, architecture);
    const search = muslSearch(look, elf, own, libraryPath);
    return { name: null, there, search, folders: places(own) };
  }

  function glibc(elf: Elf, inode: Inode | undefined): Loader {
    const own = inode?.content?.libraryFolders ?? customaryFolders(elf);
    const search = glibcSearch(look, elf, own, cache, libraryPath);
    const name = inode?.content?.elf?.soname ?? elf.interpreter?.replace(/^.*\//s, "") ?? null;
    const there = inode !== undefined && fits(inode, elf);
    return { name, there, search, folders: places([...own, ...cached]) };
  }

  return (elf) => {
    if (elf.kind === "program") {
      if (elf.interpreter === null) return null;
      const inode = resolve(tree, elf.interpreter)?.node.inode;
      const architecture = MUSL_LOADER.exec(elf.interpreter)?.[1];
      return architecture
        ? musl(elf, architecture, inode !== undefined && fits(inode, elf))
        : glibc(elf, inode);
    }
    present ??= loadersIn(tree);
    const inode = present.glibc.find((loader) => fits(loader, elf));
    if (inode) return glibc(elf, inode);
    return present.musl === null ? null : musl(elf, present.musl, true);
  };
}

function loadersIn(tree: Tree): { readonly glibc: readonly Inode[]; readonly musl: string | null } {
  const glibc: Inode[] = [];
  let musl: string | null = null;
  for (const { path, node } of walk(tree)) {
    const { content } = node.inode;
    if (content?.elf && content.libraryFolders) glibc.push(node.inode);
    if (path.startsWith("/lib/")) musl ??= MUSL_LOADER.exec(path)?.[1] ?? null;
  }
  return { glibc, musl };
}
