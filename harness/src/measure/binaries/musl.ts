import { folderOf, fits, type LibrarySearch, type Lookup } from "./lookup.ts";
import type { Elf } from "./elf.ts";

/** Its loader is the C library too; what it tells of its machine is the loader's name alone. */
export const MUSL_LOADER = /(?:^|\/)ld-musl-([\w-]+)\.so\.1$/;
/** Names that it answers itself (ldso/dynlink.c, load_library), Alpine's libc.musl-x86_64.so.1 among them. */
const PARTS = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;
const FOLDERS = ["/lib", "/usr/local/lib", "/usr/lib"];

/** The folders in which musl's loader of an architecture looks by itself: those of its list, where there is one. */
export function muslFolders({ at }: Lookup, architecture: string): readonly string[] {
  return at(`/etc/ld-musl-${architecture}.path`)?.node.inode.content?.libraryFolders ?? FOLDERS;
}

/**
 * Looks for a library as musl's loader does: the caller's LD_LIBRARY_PATH, then DT_RUNPATH or DT_RPATH of who asks, of who
 * asked for that and so on, then the loader's own folders.
 */
export function muslSearch(
  lookup: Lookup,
  elf: Elf,
  own: readonly string[],
  libraryPath: readonly string[],
): LibrarySearch {
  return (name, asker) => {
    if (PARTS.test(name)) return "part of the loader";
    if (name.includes("/")) return lookup.at(name);
    const folders = [...libraryPath];
    for (let it: typeof asker | null = asker; it; it = it.asker) {
      const origin = folderOf(it.path);
      for (const folder of it.elf.runpath.length > 0 ? it.elf.runpath : it.elf.rpath)
        folders.push(folder.replaceAll(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => origin));
    }
    for (const folder of [...folders, ...own]) {
      const place = lookup.inFolder(folder, name);
      if (place && fits(place.node.inode, elf)) return place;
    }
    return null;
  };
}
