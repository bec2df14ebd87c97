import { resolve, type Tree } from "../tree/tree.ts";
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

/** An ELF file in a file system, under its first name. */
export interface Binary {
  readonly path: string;
  readonly inode: Inode;
  readonly elf: Elf;
}

/**
 * Finds loaders in a file system; null where nothing is to be loaded, or nothing could. `libraryPath`: the folders of
 * LD_LIBRARY_PATH. A library's loader is looked for among `binaries`.
 */
export function loaders(
  tree: Tree,
  libraryPath: readonly string[],
  binaries: readonly Binary[],
): (elf: Elf) => Loader | null {
  const look = lookup(tree);
  const cache = glibcCache(look);
  const cached = [...cache.values()].flat().map(folderOf);
  const present = {
    glibc: binaries.filter(({ inode }) => inode.content?.libraryFolders),
    musl:
      binaries
        .map(({ path }) => /^\/(?:usr\/)?lib\//.test(path) && MUSL_LOADER.exec(path)?.[1])
        .find(Boolean) || null,
  };

  function places(own: readonly string[]): ReadonlySet<string> {
    return new Set(own.map((folder) => resolve(tree, folder)?.path ?? folder));
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

  function find(elf: Elf): Loader | null {
    if (elf.kind === "program") {
      if (elf.interpreter === null) return null;
      const inode = resolve(tree, elf.interpreter)?.node.inode;
      const architecture = MUSL_LOADER.exec(elf.interpreter)?.[1];
      return architecture
        ? musl(elf, architecture, inode !== undefined && fits(inode, elf))
        : glibc(elf, inode);
    }
    const own = present.glibc.find(({ inode }) => fits(inode, elf));
    if (own) return glibc(elf, own.inode);
    return present.musl === null ? null : musl(elf, present.musl, true);
  }

  const found = new Map<string, Loader | null>();
  return (elf) => {
    const key = `${elf.kind} ${elf.interpreter} ${elf.machine} ${elf.bits}`;
    let loader = found.get(key);
    if (loader === undefined) found.set(key, (loader = find(elf)));
    return loader;
  };
}
