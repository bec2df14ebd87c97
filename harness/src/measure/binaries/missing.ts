import type { MissingPart } from "../../model/anatomy.ts";
import type { Inode } from "../tree/inode.ts";
import { resolve, walk, type Tree } from "../tree/tree.ts";
import type { Elf } from "./elf.ts";
import { fits, folderOf, type Loaded } from "./lookup.ts";
import { loaders, type Loaders } from "./loaders.ts";

/**
 * What the loader of the program at a path would not find: itself, and the libraries that the program needs, and that
 * those need in turn, each told of by who asks for it. Empty for what loads nothing. `libraryPath`: the folders of
 * LD_LIBRARY_PATH, if it is set.
 */
export function missingParts(
  tree: Tree,
  path: string,
  libraryPath: readonly string[] = [],
): readonly MissingPart[] {
  const place = resolve(tree, path);
  const elf = place?.node.inode.content?.elf;
  return place && elf ? load(tree, loaders(tree, libraryPath), place.path, elf).missing : [];
}

/** Most that is told of one image: nothing runs in one that lacks more. */
const MOST_PARTS = 1000;

/**
 * What is missing of all programs that someone may execute, and of the libraries that lie where loaders look by themselves
 * and that no program asks for. Plug-ins lie elsewhere, and what they need may be there already when their program loads
 * them.
 */
export function allMissing(tree: Tree): readonly MissingPart[] {
  const all = loaders(tree, []);
  const parts = new Map<string, MissingPart>();
  const loaded = new Set<Inode>();
  const libraries: { readonly path: string; readonly inode: Inode; readonly elf: Elf }[] = [];
  function take(path: string, elf: Elf): void {
    const result = load(tree, all, path, elf);
    for (const inode of result.loaded) loaded.add(inode);
    for (const part of result.missing)
      if (parts.size < MOST_PARTS) parts.set(`${part.path}\0${part.needs}`, part);
  }
  const seen = new Set<Inode>();
  for (const { path, node } of walk(tree)) {
    const { inode } = node;
    const elf = inode.content?.elf;
    if (!elf || seen.has(inode)) continue;
    seen.add(inode);
    if (elf.kind === "library") libraries.push({ path, inode, elf });
    if (elf.kind === "program" && (inode.mode & 0o111) !== 0) take(path, elf);
  }
  for (const { path, inode, elf } of libraries)
    if (!loaded.has(inode) && all.folders(elf).has(folderOf(path))) take(path, elf);
  return [...parts.values()];
}

/** Loads breadth first, as loaders do: a library is asked for once, by whoever comes first. */
function load(
  tree: Tree,
  all: Loaders,
  path: string,
  elf: Elf,
): { readonly missing: readonly MissingPart[]; readonly loaded: ReadonlySet<Inode> } {
  const missing: MissingPart[] = [];
  const loaded = new Set<Inode>();
  const names = new Set<string>();
  if (elf.interpreter !== null) {
    const loader = resolve(tree, elf.interpreter)?.node.inode;
    if (!loader || !fits(loader, elf))
      missing.push({ kind: "loader", path, needs: elf.interpreter });
    // It is in memory before all else, and the C library asks for it by name.
    names.add(loader?.content?.elf?.soname ?? nameOf(elf.interpreter));
  }
  const search = all.search(elf);
  if (search === null) return { missing, loaded };
  const queue: Loaded[] = [{ path, elf, asker: null }];
  for (const asker of queue) {
    for (const name of asker.elf.needed ?? []) {
      if (names.has(name)) continue;
      names.add(name);
      const place = search(name, asker);
      if (place === null) missing.push({ kind: "library", path: asker.path, needs: name });
      if (place === null || place === "part of the loader") continue;
      const { inode } = place.node;
      const library = inode.content?.elf;
      if (!library || loaded.has(inode)) continue;
      loaded.add(inode);
      if (library.soname !== null) names.add(library.soname);
      queue.push({ path: place.path, elf: library, asker });
    }
  }
  return { missing, loaded };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
