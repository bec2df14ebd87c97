import { Buffer } from "node:buffer";
import type { EntryReader } from "../tar/tar-reader.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "../tree/inode.ts";
import type { Elf, ElfFile } from "./elf.ts";
import { cachedLibraries } from "./ld-so-cache.ts";

/** /etc/ld.so.cache takes some 60 bytes for a library. */
const CACHE_LIMIT = 8 << 20;
const LIST_LIMIT = 1 << 16;
const MUSL_LIST = /^\/etc\/ld-musl-[\w-]+\.path$/;

/**
 * Reads where loaders look for libraries: what ldconfig wrote for glibc's (which never reads ld.so.conf itself), and the
 * folders that musl's is told of. Null for all other files.
 */
export function libraryListReader(path: string, entry: TarEntry, found: Found): EntryReader | null {
  const cache = path === "/etc/ld.so.cache" && entry.size <= CACHE_LIMIT;
  if (!cache && (!MUSL_LIST.test(path) || entry.size > LIST_LIMIT)) return null;
  return listReader(cache, found);
}

function listReader(cache: boolean, found: Found): EntryReader {
  const pieces: Uint8Array[] = [];
  return {
    data: (bytes) => void pieces.push(Uint8Array.from(bytes)),
    end() {
      const bytes = Buffer.concat(pieces);
      found(
        cache ? { libraryCache: cachedLibraries(bytes) } : { libraryFolders: muslFolders(bytes) },
      );
    },
  };
}

/** Separated by newlines or colons (musl, ldso/dynlink.c); what is no absolute path leads nowhere that we know. */
function muslFolders(bytes: Buffer): readonly string[] {
  return bytes
    .toString("utf8")
    .split(/[\n:]/)
    .filter((folder) => folder.startsWith("/"));
}

/** glibc's loader by its own name. */
const LOADER = /^ld(?:-linux[\w.-]*|64)?\.so\.\d+$/;
/** Folders one after another, each with a slash at its end: how the loader holds the ones it was built with. */
const FOLDERS = /(?:\/[\w.+/-]{1,100}\/\0){2,}/;

/** The folders in which glibc's loader looks by itself; null for what is no such loader. */
export function builtInFolders(elf: Elf, { segments, part }: ElfFile): readonly string[] | null {
  if (elf.soname === null || !LOADER.test(elf.soname)) return null;
  for (const { type, offset, size } of segments) {
    if (type !== 1 || size > CACHE_LIMIT) continue;
    const found = FOLDERS.exec(part(offset, size)?.toString("latin1") ?? "")?.[0];
    if (found)
      return found
        .split("\0")
        .filter(Boolean)
        .map((folder) => folder.slice(0, -1));
  }
  return null;
}
