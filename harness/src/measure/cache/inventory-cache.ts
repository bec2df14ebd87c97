import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { z } from "zod";
import { cacheFolder } from "../../model/cache-folder.ts";
import type { Content, Inode } from "../tree/inode.ts";
import type { Entry, Inventory } from "../tree/inventory.ts";
import { shelf } from "./shelf.ts";

export interface InventoryCache {
  /** Whether something seems to be stored for a layer, or for a whole file system; it may turn out to be damaged. */
  has(digest: string): Promise<boolean>;
  /** What is in it, null when nothing usable is stored. */
  read(digest: string): Promise<Inventory | null>;
  /** Remembers an inventory; that it could not be written is no error. */
  write(digest: string, inventory: Inventory): Promise<void>;
  /** Removes the inventories used longest ago beyond the limits, and what killed processes left half written. */
  prune(): Promise<void>;
}

/** An entry takes some 30 bytes compressed, most of them its hash: 117,000 entries come to 4 MB. */
const LIMITS = { most: 4096, largest: 128_000_000, bytes: 512_000_000 };
/** To be counted up whenever another thing is found in files, or found otherwise: entries of before then count as absent. */
const VERSION = 1;
/** Entries that are written and read together. */
const BATCH = 1000;

const HEAD = z.strictObject({
  version: z.literal(VERSION),
  digest: z.string(),
  entries: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
});

/**
 * Inventories by the digest of their layer, one file each in `layers/inventory/` of the folder: lines of JSON, zstd with
 * its checksum, so that what was written in part, or changed since, is told by that. The first line says how many entries
 * follow.
 */
export function inventoryCache(
  folder: string = cacheFolder(),
  limits: typeof LIMITS = LIMITS,
): InventoryCache {
  const files = shelf(join(folder, "layers", "inventory"), ".zst", limits);
  return {
    has: (digest) =>
      files.find(digest).then(
        () => true,
        () => false,
      ),
    async read(digest) {
      try {
        const path = await files.find(digest);
        return await parse(createReadStream(path).compose(createZstdDecompress()), digest);
      } catch {
        return null;
      }
    },
    async write(digest, inventory) {
      await files.store(digest, (path) =>
        pipeline(
          lines(digest, inventory),
          createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
          createWriteStream(path, { flags: "wx" }),
        ),
      );
    },
    prune: () => files.prune(),
  };
}

function* lines(digest: string, { entries, bytes }: Inventory): Generator<string> {
  const head: z.infer<typeof HEAD> = { version: VERSION, digest, entries: entries.length, bytes };
  yield `${JSON.stringify(head)}\n`;
  for (let at = 0; at < entries.length; at += BATCH) {
    yield `${JSON.stringify(entries.slice(at, at + BATCH).map(pack))}\n`;
  }
}

async function parse(stream: AsyncIterable<Buffer>, digest: string): Promise<Inventory | null> {
  const entries: Entry[] = [];
  let head: z.infer<typeof HEAD> | null = null;
  for await (const line of linesOf(stream)) {
    if (head) {
      for (const packed of JSON.parse(line) as Packed[]) entries.push(unpack(packed));
      continue;
    }
    head = HEAD.parse(JSON.parse(line));
    if (head.digest !== digest) return null;
  }
  return head?.entries === entries.length ? { entries, bytes: head.bytes } : null;
}

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let held: Buffer[] = [];
  for await (const chunk of stream) {
    let at = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, at)) {
      yield Buffer.concat([...held, chunk.subarray(at, end)]).toString("utf8");
      held = [];
      at = end + 1;
    }
    if (at < chunk.length) held.push(chunk.subarray(at));
  }
  if (held.length > 0) throw new Error("it breaks off");
}

const KINDS: readonly Inode["kind"][] = ["file", "directory", "symlink", "device", "fifo", "other"];

/** A path and a link, or a path and an inode's fields, without the last of them where they are empty. */
type Packed =
  | readonly [path: string, link: string]
  | readonly [
      path: string,
      kind: number,
      mode: number,
      uid: number,
      gid: number,
      size: number,
      hash?: string | null,
      target?: string,
      capability?: string | null,
      content?: Content | null,
    ];

function pack(entry: Entry): Packed {
  if ("link" in entry) return [entry.path, entry.link];
  const { kind, mode, uid, gid, size, hash, target, capability, content } = entry.inode;
  const fields = [entry.path, KINDS.indexOf(kind), mode, uid, gid, size] as const;
  if (content !== null || capability !== null)
    return [...fields, hash, target, capability, content];
  if (target !== "") return [...fields, hash, target];
  return hash === null ? fields : [...fields, hash];
}

function unpack(packed: Packed): Entry {
  if (packed.length === 2) return { path: packed[0], link: packed[1] };
  const [path, kind, mode, uid, gid, size, hash, target, capability, content] = packed;
  const inode: Inode = {
    kind: KINDS[kind] ?? "other",
    size,
    mode,
    uid,
    gid,
    target: target ?? "",
    hash: hash ?? null,
    capability: capability ?? null,
    content: content ?? null,
  };
  return { path, inode };
}
