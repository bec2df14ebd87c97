import { Buffer } from "node:buffer";
import { createHash, hash } from "node:crypto";
import { InputError } from "../../model/error.ts";
import type { LayerVisitor } from "../archive/layer.ts";
import { both, type EntryReader } from "../tar/tar-reader.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { contentReader } from "./contents.ts";
import type { Content, Inode } from "./inode.ts";
import { walk, type Tree } from "./tree.ts";
import { isWhiteout } from "./whiteouts.ts";

/** The entries of one tar, in its order: a layer's (whiteouts among them), or a whole file system's. */
export interface Inventory {
  readonly entries: readonly Entry[];
  /** Of the files in it, hard links counted once. Whiteouts are no files, whatever size they state. */
  readonly bytes: number;
}

/**
 * A name and what it stands for, or a hard link to another path. Names and folders are apart, since all names of a folder
 * share it: that halves what a tree of 100,000 files takes. Paths are absolute and hold no `.` or `..`.
 */
export type Entry = Name & ({ readonly inode: Inode } | { readonly link: string });

interface Name {
  /** `/usr/bin`; empty for what lies in the root. */
  readonly folder: string;
  /** Empty for the root itself. */
  readonly name: string;
}

export function pathOf({ folder, name }: Entry): string {
  return `${folder}/${name}`;
}

/** Ten times what the largest images hold; a tar with more was made to fill our memory. */
const MOST_ENTRIES = 2_000_000;
/** Linux' PATH_MAX: nothing can be opened by a longer one. */
const LONGEST_PATH = 4096;
/** Bytes that are kept of a SHA-256. */
const HASH_BYTES = 16;

/** How many entries there were, and the bytes of all files. */
interface Stock {
  readonly count: number;
  readonly bytes: number;
}

export interface InventoryVisitor extends LayerVisitor<Inventory> {
  entry(entry: TarEntry): EntryReader | null;
  end(): Inventory;
}

export interface EntryVisitor extends LayerVisitor<Stock> {
  entry(entry: TarEntry): EntryReader | null;
  end(): Stock;
}

/** Takes stock of a tar as it streams past, the hash of every file included. */
export function inventoryVisitor(): InventoryVisitor {
  return stockVisitor({ hashes: true });
}

/** Takes stock of a tar as it streams past. */
export function stockVisitor(reading: Reading): InventoryVisitor {
  const entries: Entry[] = [];
  const visitor = entryVisitor((entry) => void entries.push(entry), reading);
  return {
    entry: (entry) => visitor.entry(entry),
    end: () => ({ entries, bytes: visitor.end().bytes }),
  };
}

/** How much of files is wanted. */
export interface Reading {
  /** Whether they will be compared with others. To hash all is half of what a pass costs; without, most are let pass. */
  readonly hashes: boolean;
}

/**
 * Tells `take` each entry of a tar that streams past: every name, and what the files' bytes tell, which is put into the
 * inode when it is known. Files are never held; what readers keep is bounded by them. The visitor fails with InputError
 * beyond two million entries.
 */
export function entryVisitor(take: (entry: Entry) => void, { hashes }: Reading): EntryVisitor {
  let count = 0;
  let bytes = 0;
  let folder = "";
  return {
    entry(entry) {
      count += 1;
      if (count > MOST_ENTRIES) throw new InputError(`more than ${MOST_ENTRIES} entries`);
      const path = absolute(entry.name);
      const { kind } = entry;
      // Nothing can be the root but a folder.
      if (path.length > LONGEST_PATH || (path === "/" && kind !== "directory")) return null;
      const slash = path.lastIndexOf("/");
      const above = path.slice(0, slash);
      if (above !== folder) folder = owned(above);
      const name = owned(path.slice(slash + 1));
      if (kind === "link") {
        const link = owned(absolute(entry.linkname).slice(0, LONGEST_PATH));
        take({ folder, name, link });
        return null;
      }
      const inode = {
        kind,
        size: entry.size,
        mode: entry.mode & 0o7777,
        uid: entry.uid,
        gid: entry.gid,
        target: kind === "symlink" ? entry.linkname.slice(0, LONGEST_PATH) : "",
        hash: null as string | null,
        capability: capabilityOf(entry),
        content: null as Content | null,
      };
      take({ folder, name, inode });
      if (kind === "file" && !isWhiteout(folder, name)) bytes += entry.size;
      if (!Number.isSafeInteger(bytes)) throw new InputError("files of more than 2^53 bytes");
      return kind === "file" && !entry.sparse ? fileReader(path, entry, inode, hashes) : null;
    },
    end: () => ({ count, bytes }),
  };
}

/** What would make a tree anew: what hard links share under the first name, links to that after it. */
export function* entriesOf(tree: Tree): Generator<Entry> {
  const first = new Map<Inode, string>();
  yield { folder: "", name: "", inode: tree.inode };
  for (const { path, node } of walk(tree)) {
    const slash = path.lastIndexOf("/");
    const place = { folder: path.slice(0, slash), name: path.slice(slash + 1) };
    const same = first.get(node.inode);
    if (same === undefined && tree.linked.has(node.inode)) first.set(node.inode, path);
    yield same === undefined ? { ...place, inode: node.inode } : { ...place, link: same };
  }
}

function fileReader(
  path: string,
  entry: TarEntry,
  inode: { hash: string | null; content: Content | null },
  hashes: boolean,
): EntryReader | null {
  const reader = contentReader(path, entry, (content) => {
    inode.content = { ...inode.content, ...content };
  });
  if (!hashes) return reader;
  const hashing = hashReader(entry.size, inode);
  return reader === null ? hashing : both(hashing, reader);
}

function hashReader(size: number, inode: { hash: string | null }): EntryReader {
  let whole: ReturnType<typeof createHash> | null = null;
  return {
    data(bytes) {
      // Most files come in one piece, and hashing that at once is twice as fast.
      if (bytes.length === size) inode.hash = digits(hash("sha256", bytes, "buffer"));
      else (whole ??= createHash("sha256")).update(bytes);
    },
    end() {
      if (whole !== null) inode.hash = digits(whole.digest());
      inode.hash ??= EMPTY;
    },
  };
}

function digits(digest: Buffer): string {
  return digest.toString("hex", 0, HASH_BYTES);
}

const EMPTY = digits(hash("sha256", "", "buffer"));

const scratch = Buffer.alloc(4 * LONGEST_PATH);

/** A copy of a part of a text: V8 lets a part of more than 12 characters keep the whole alive. */
function owned(part: string): string {
  return part.length <= 12 ? part : scratch.toString("utf8", 0, scratch.write(part));
}

/** An extended attribute is raw bytes, which pax text was read from as latin1 or UTF-8. */
function capabilityOf({ pax }: TarEntry): string | null {
  const value = pax.get("SCHILY.xattr.security.capability");
  return value === undefined ? null : Buffer.from(value).toString("hex");
}

/** A tar's name as a path: `usr/bin/`, `./usr/bin` and `/usr/bin` are all `/usr/bin`, and nothing leads out of the root. */
export function absolute(name: string): string {
  // Whole images are written in one of the two ways, so both are short ones.
  const path = name.startsWith("./") ? name.slice(1) : `/${name}`;
  if (isPlain(path)) return path.endsWith("/") ? path.slice(0, -1) : path;
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * Whether of what begins with a slash nothing has to be left out but a slash at its end, as of nearly all: told in one go,
 * since each name comes by here.
 */
function isPlain(path: string): boolean {
  let before = SLASH;
  for (let at = 1; at < path.length; at++) {
    const now = path.charCodeAt(at);
    if (before === SLASH && (now === SLASH || now === DOT)) return false;
    before = now;
  }
  return path.length > 1;
}
