import type { Place } from "../tree/tree.ts";
import type { Elf } from "./elf.ts";
import { folderOf, fits, type LibrarySearch, type Loaded, type Lookup } from "./lookup.ts";

/** What `$PLATFORM` (a common one where it varies by processor) and Debian's folders call a machine. */
const MACHINES: Readonly<Record<string, readonly [platform: string, triplet: string]>> = {
  "x86-64": ["x86_64", "x86_64-linux-gnu"],
  aarch64: ["aarch64", "aarch64-linux-gnu"],
  arm: ["v7l", "arm-linux-gnueabihf"],
  i386: ["i686", "i386-linux-gnu"],
  powerpc64: ["power8", "powerpc64le-linux-gnu"],
  riscv: ["riscv64", "riscv64-linux-gnu"],
  s390: ["z900", "s390x-linux-gnu"],
};

/** The folders that a loader which is not there would look in by itself: Debian's, then those of others. */
export function customaryFolders({ machine }: Elf): readonly string[] {
  const triplet = MACHINES[machine]?.[1];
  const debian = triplet ? [`/lib/${triplet}`, `/usr/lib/${triplet}`] : [];
  return [...debian, "/lib64", "/usr/lib64", "/lib", "/usr/lib"];
}

/** What /etc/ld.so.cache tells, by name: the loader reads no other list. */
export function glibcCache({ at }: Lookup): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const { name, path } of at("/etc/ld.so.cache")?.node.inode.content?.libraryCache ?? []) {
    const known = paths.get(name);
    if (known) known.push(path);
    else paths.set(name, [path]);
  }
  return paths;
}

/**
 * Looks for a library as glibc's loader does (ld.so(8), elf/dl-load.c): DT_RPATH of who asks, of who asked for that and so on, unless
 * who asks has a DT_RUNPATH; the caller's LD_LIBRARY_PATH; DT_RUNPATH of who asks alone; the cache; the loader's own folders.
 */
export function glibcSearch(
  lookup: Lookup,
  elf: Elf,
  own: readonly string[],
  cache: ReadonlyMap<string, readonly string[]>,
  libraryPath: readonly string[],
): LibrarySearch {
  const platform = MACHINES[elf.machine]?.[0] ?? elf.machine;
  const lib = own[0]?.replace(/^\/(?:usr\/)?/, "") ?? "lib";

  function expand(path: string, { path: asker }: Loaded): string {
    return path.replaceAll(/\$(?:(ORIGIN|LIB|PLATFORM)\b|\{(ORIGIN|LIB|PLATFORM)\})/g, (_, a, b) =>
      (a ?? b) === "ORIGIN" ? folderOf(asker) : (a ?? b) === "LIB" ? lib : platform,
    );
  }

  function* places(name: string, asker: Loaded): Generator<Place | null> {
    if (name.includes("/")) return yield lookup.at(expand(name, asker));
    if (asker.elf.runpath.length === 0)
      for (let it: Loaded | null = asker; it; it = it.asker)
        for (const folder of it.elf.runpath.length > 0 ? [] : it.elf.rpath)
          yield lookup.inFolder(expand(folder, it), name);
    for (const folder of libraryPath) yield lookup.inFolder(folder, name);
    for (const folder of asker.elf.runpath) yield lookup.inFolder(expand(folder, asker), name);
    for (const path of cache.get(name) ?? []) yield lookup.at(path);
    for (const folder of own) yield lookup.inFolder(folder, name);
  }

  return (name, asker) => {
    for (const place of places(name, asker)) if (place && fits(place.node.inode, elf)) return place;
    return null;
  };
}
