import { resolve, walk, type Tree } from "../tree/tree.ts";
import type { Inode } from "../tree/inode.ts";
import type { Elf } from "./elf.ts";
import { customaryFolders, glibcCache, glibcSearch } from "./glibc.ts";
import { fits, folderOf, lookup, type LibrarySearch } from "./lookup.ts";
import { MUSL_LOADER, muslFolders, muslSearch } from "./musl.ts";

/** The loaders of a file system: glibc's, musl's, and those that programs ask for though they are not there. */
export interface Loaders {
  /** How the loader of a program searches; of a library, the one that the file system has for it. Null for none. */
  search(elf: Elf): LibrarySearch | null;
  /** The folders, links resolved, in which that loader looks by itself. */
  folders(elf: Elf): ReadonlySet<string>;
}

/** `libraryPath`: the folders of LD_LIBRARY_PATH. */
export function loaders(tree: Tree, libraryPath: readonly string[]): Loaders {
  const look = lookup(tree);
  const cache = glibcCache(look);
  const known = new Map<string, ReadonlySet<string>>();
  let present: ReturnType<typeof loadersIn> | null = null;

  /** An architecture of musl's, or the folders that glibc's loader was built with. */
  function loaderOf(elf: Elf): string | readonly string[] | null {
    if (elf.interpreter !== null) {
      const musl = MUSL_LOADER.exec(elf.interpreter)?.[1];
      return musl ?? builtIn(resolve(tree, elf.interpreter)?.node.inode) ?? customaryFolders(elf);
    }
    present ??= loadersIn(tree);
    return builtIn(present.glibc.find((inode) => fits(inode, elf))) ?? present.musl;
  }

  return {
    search(elf) {
      if (elf.needed?.length === 0) return null;
      const loader = loaderOf(elf);
      if (loader === null) return null;
      return typeof loader === "string"
        ? muslSearch(look, elf, muslFolders(look, loader), libraryPath)
        : glibcSearch(look, elf, loader, cache, libraryPath);
    },
    folders(elf) {
      const key = `${elf.machine} ${elf.bits}`;
      const before = known.get(key);
      if (before) return before;
      const loader = loaderOf(elf);
      const own = typeof loader === "string" ? muslFolders(look, loader) : (loader ?? []);
      const cached = typeof loader === "string" ? [] : [...cache.values()].flat().map(folderOf);
      const places = new Set([...own, ...cached].map((it) => resolve(tree, it)?.path ?? it));
      known.set(key, places);
      return places;
    },
  };
}

function builtIn(inode: Inode | undefined): readonly string[] | null {
  return inode?.content?.libraryFolders ?? null;
}

function loadersIn(tree: Tree): { readonly glibc: readonly Inode[]; readonly musl: string | null } {
  const glibc: Inode[] = [];
  let musl: string | null = null;
  for (const { path, node } of walk(tree)) {
    if (node.inode.content?.elf && builtIn(node.inode)) glibc.push(node.inode);
    if (/^\/lib\/[^/]+$/.test(path)) musl ??= MUSL_LOADER.exec(path)?.[1] ?? null;
  }
  return { glibc, musl };
}
