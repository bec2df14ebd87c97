import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { cacheFolder } from "../../model/cache-folder.js";
import type { Content, Inode } from "../tree/inode.ts";
import type { Entry, Inventory } from "../tree/inventory.ts";
import { shelf } from "./shelf.ts";

export interface InventoryCache {
  /** Whether something seems to be stored under a key: a layer's diff id, say. It may turn out to be damaged. */
  has(key: string): Promise<boolean>;
  /** What is in it, null when nothing usable is stored. */
  read(key: string): Promise<Inventory | null>;
  /** Remembers an inventory; that it could not be written is no error. */
  write(key: string, inventory: Stored): Promise<void>;
  /** Removes the inventories used longest ago beyond the limits, and what killed processes left half written. */
  prune(): Promise<void>;
}

/** What is written: entries that are held, or are made one by one. */
export interface Stored {
  readonly entries: Iterable<Entry>;
  readonly bytes: number;
}

/** An entry takes some 30 bytes compressed, most of them its hash: 117,000 entries come to 4 MB. */
const LIMITS = { most: 4096, largest: 128_000_000, bytes: 512_000_000 };
/** To be counted up whenever another thing is found in files, or found otherwise: entries of before then count as absent. */
const VERSION = 3;
/** Entries that are written and read together: what of text is larger than 128 kB V8 collects late. */
const BATCH = 250;

/** The first line, and the last. */
interface Head {
  readonly version: number;
  readonly key: string;
}
interface Foot {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * Inventories of layers and of whole file systems, one file each in `layers/inventory/` of the folder: lines of JSON, zstd with
 * its checksum, so that what was written in part, or changed since, is told by that. The last line says how many entries
 * were before it.
 */
export function inventoryCache(
  folder: string = cacheFolder(),
  limits: typeof LIMITS = LIMITS,
): InventoryCache {
  const files = shelf(join(folder, "layers", "inventory"), ".zst", limits);
  return {
    has: (key) =>
      files.find(key).then(
        () => true,
        () => false,
      ),
    async read(key) {
      try {
        const file = createReadStream(await files.find(key));
        return await pipeline(file, createZstdDecompress(), (bytes) => parse(bytes, key));
      } catch {
        return null;
      }
    },
    async write(key, inventory) {
      await files.store(key, (path) =>
        pipeline(
          lines(key, inventory),
          createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
          createWriteStream(path, { flags: "wx" }),
        ),
      );
    },
    prune: () => files.prune(),
  };
}

function* lines(key: string, { entries, bytes }: Stored): Generator<string> {
  const head: Head = { version: VERSION, key };
  yield `${JSON.stringify(head)}\n`;
  let count = 0;
  let batch: Entry[] = [];
  for (const entry of entries) {
    count += 1;
    batch.push(entry);
    if (batch.length < BATCH) continue;
    yield `${JSON.stringify(batch.map(pack))}\n`;
    batch = [];
  }
  const foot: Foot = { entries: count, bytes };
  yield `${JSON.stringify(batch.map(pack))}\n${JSON.stringify(foot)}\n`;
}

async function parse(stream: AsyncIterable<Buffer>, key: string): Promise<Inventory | null> {
  const entries: Entry[] = [];
  let head: Head | null = null;
  let foot: Foot | null = null;
  for await (const line of linesOf(stream)) {
    const value = JSON.parse(line) as Head | Foot | Packed[];
    if (Array.isArray(value)) entries.push(...unpack(value));
    else if ("key" in value) head = value;
    else foot = value;
    if (head?.version !== VERSION || head.key !== key) return null;
  }
  return foot?.entries === entries.length ? { entries, bytes: foot.bytes } : null;
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

/**
 * A folder (null for that of the entry before it in the batch), a name, and a link or an inode's fields, without the last of
 * them where they are empty.
 */
type Packed =
  | readonly [folder: string | null, name: string, link: string]
  | readonly [
      folder: string | null,
      name: string,
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

function pack(entry: Entry, at: number, batch: readonly Entry[]): Packed {
  const folder = entry.folder === batch[at - 1]?.folder ? null : entry.folder;
  if ("link" in entry) return [folder, entry.name, entry.link];
  const { kind, mode, uid, gid, size, hash, target, capability, content } = entry.inode;
  const fields = [folder, entry.name, KINDS.indexOf(kind), mode, uid, gid, size] as const;
  if (content !== null || capability !== null)
    return [...fields, hash, target, capability, content];
  if (target !== "") return [...fields, hash, target];
  return hash === null ? fields : [...fields, hash];
}

function* unpack(batch: readonly Packed[]): Generator<Entry> {
  let folder = "";
  for (const packed of batch) {
    folder = packed[0] ?? folder;
    const name = packed[1];
    if (packed.length === 3) {
      yield { folder, name, link: packed[2] };
      continue;
    }
    const [, , kind, mode, uid, gid, size, hash, target, capability, content] = packed;
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
    yield { folder, name, inode };
  }
}
