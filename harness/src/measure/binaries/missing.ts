import type { MissingPart } from "../../model/anatomy.ts";
import type { Inode } from "../tree/inode.ts";
import { resolve, type Tree } from "../tree/tree.ts";
import type { Elf } from "./elf.ts";
import { folderOf, type Loaded } from "./lookup.ts";
import { loaders, type Binary, type Loader } from "./loaders.ts";

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
  return place && elf ? load(place.path, elf, loaders(tree, libraryPath, [])(elf)).missing : [];
}

/** Most that is told of one image: nothing runs in one that lacks more. */
const MOST_PARTS = 1000;

/**
 * What is missing of all programs that someone may execute, and of the libraries that lie where loaders look by themselves
 * and that no program asks for. Plug-ins lie elsewhere, and what they need may be there already when their program loads
 * them.
 */
export function allMissing(tree: Tree, binaries: readonly Binary[]): readonly MissingPart[] {
  const loaderOf = loaders(tree, [], binaries);
  const parts = new Map<string, MissingPart>();
  const loaded = new Set<Inode>();
  function take({ path, elf }: Binary, loader: Loader | null): void {
    const result = load(path, elf, loader);
    for (const inode of result.loaded) loaded.add(inode);
    for (const part of result.missing)
      if (parts.size < MOST_PARTS) parts.set(`${part.path}\0${part.needs}`, part);
  }
  for (const binary of binaries)
    if (binary.elf.kind === "program" && (binary.inode.mode & 0o111) !== 0)
      take(binary, loaderOf(binary.elf));
  for (const binary of binaries) {
    if (binary.elf.kind !== "library" || loaded.has(binary.inode)) continue;
    const loader = loaderOf(binary.elf);
    if (loader?.folders.has(folderOf(binary.path))) take(binary, loader);
  }
  return [...parts.values()];
}

/** Loads breadth first, as loaders do: a library is asked for once, by whoever comes first. */
function load(
  path: string,
  elf: Elf,
  loader: Loader | null,
): { readonly missing: readonly MissingPart[]; readonly loaded: ReadonlySet<Inode> } {
  const missing: MissingPart[] = [];
  const loaded = new Set<Inode>();
  if (loader === null) return { missing, loaded };
  if (!loader.there) missing.push({ kind: "loader", path, needs: elf.interpreter ?? "" });
  // The loader is in memory before all else.
  const names = new Set<string>(loader.name === null ? [] : [loader.name]);
  const queue: Loaded[] = [{ path, elf, asker: null }];
  for (const asker of queue) {
    for (const name of asker.elf.needed ?? []) {
      if (names.has(name)) continue;
      names.add(name);
      const place = loader.search(name, asker);
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
