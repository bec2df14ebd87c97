import type { Distribution, Package } from "../../model/anatomy.ts";
import type { EntryKind } from "../tar/tar-entry.ts";
import type { Elf } from "../binaries/elf.ts";
import type { CachedLibrary } from "../binaries/ld-so-cache.ts";

/** What names in a file system stand for; names that are hard links of each other share one. */
export interface Inode {
  readonly kind: Exclude<EntryKind, "link">;
  /** Bytes of a file; 0 for all that is none. */
  readonly size: number;
  /** Permissions with setuid, setgid and sticky bits (07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Where a symbolic link leads, else "". */
  readonly target: string;
  /** First 128 bits of a file's SHA-256 in hexadecimal; null for what is no file, for sparse files, and where hashes were not asked for. */
  readonly hash: string | null;
  /** `security.capability` as stored, in hexadecimal; null for most. */
  readonly capability: string | null;
  /** What reading the file told; null for most. */
  readonly content: Content | null;
}

/** What is known of a file from its bytes. */
export interface Content {
  readonly packages?: readonly Package[];
  readonly elf?: Elf;
  /** Of glibc's loader, or of a list that musl's reads: in which folders it looks for libraries. */
  readonly libraryFolders?: readonly string[];
  /** Of /etc/ld.so.cache. */
  readonly libraryCache?: readonly CachedLibrary[];
  /** Of a script: what stands behind `#!`, `/usr/bin/env python3`. */
  readonly interpreter?: string;
  /** What kind of secret it seems to hold: `private key`. */
  readonly secret?: string;
  readonly distribution?: Distribution;
  /** The accounts that /etc/passwd lists. */
  readonly users?: readonly Account[];
}

export interface Account {
  readonly name: string;
  readonly uid: number;
}

/** Told of each thing that was found in a file; several may be. */
export type Found = (content: Content) => void;
