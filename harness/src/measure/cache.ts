import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { z } from "zod";

/** What is remembered of a layer: bytes, and the digest of its tar's beginning, by which it is recognised in a stream. */
export interface CachedLayer {
  readonly unpacked: number;
  readonly transfer: number;
  readonly head: string;
}

export interface LayerCache {
  /** What is known of a layer, null when nothing usable is. */
  read(digest: string): Promise<CachedLayer | null>;
  /** Remembers a layer; that it could not be written is no error. */
  write(digest: string, layer: CachedLayer): Promise<void>;
  /** Removes the entries used longest ago beyond the limit, and what killed processes left half written. */
  prune(): Promise<void>;
}

const MOST_ENTRIES = 4096;
/** An entry is some 300 bytes; what is larger is not ours. */
const LARGEST = 4096;
/** A half-written file of a living process is not this old. */
const STALE = 3_600_000;

const bytes = z.number().int().nonnegative();
const ENTRY = z.strictObject({
  version: z.literal(1),
  digest: z.string(),
  // Another zlib, or the same on another machine, may come to other bytes.
  gzip: z.literal(`zlib ${process.versions.zlib} ${process.arch}`),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  unpacked: bytes,
  transfer: bytes,
});

/** `$SLIMPROOF_CACHE`, else `slimproof` in `$XDG_CACHE_HOME` (which must be absolute, says its specification) or `~/.cache`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env["SLIMPROOF_CACHE"]) return resolve(env["SLIMPROOF_CACHE"]);
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), ".cache"), "slimproof");
}

/** Layers remembered by diff id, one small file each in `layers/` of the folder. Anything unreadable counts as absent. */
export function layerCache(
  folder: string = cacheFolder(),
  most: number = MOST_ENTRIES,
): LayerCache {
  const layers = join(folder, "layers");

  function pathOf(digest: string): string {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (hex === undefined) throw new Error("not a digest"); // nor a safe file name
    return join(layers, `${hex}.json`);
  }

  return {
    async read(digest) {
      try {
        const path = pathOf(digest);
        const { size } = await regular(path);
        const entry = ENTRY.parse(size > LARGEST ? null : JSON.parse(await readFile(path, "utf8")));
        if (entry.digest !== digest) return null;
        const now = new Date();
        await utimes(path, now, now).catch(() => {}); // a read-only cache is still a cache
        return { unpacked: entry.unpacked, transfer: entry.transfer, head: entry.head };
      } catch {
        return null;
      }
    },
    async write(digest, layer) {
      const entry: z.infer<typeof ENTRY> = {
        version: 1,
        digest,
        gzip: ENTRY.shape.gzip.value,
        head: layer.head,
        unpacked: layer.unpacked,
        transfer: layer.transfer,
      };
      // Named after the process, so that the next one can tell whether it was left behind.
      const temporary = join(layers, `.${process.pid}.${randomUUID()}.tmp`);
      try {
        await mkdir(layers, { recursive: true });
        await writeFile(temporary, `${JSON.stringify(entry)}\n`, { flag: "wx" });
        await rename(temporary, pathOf(digest));
      } catch {
        await rm(temporary, { force: true }).catch(() => {});
      }
    },
    async prune() {
      const names = await readdir(layers).catch(() => []);
      for (const name of names) {
        const path = join(layers, name);
        const pid = /^\.(\d+)\.[0-9a-f-]+\.tmp$/.exec(name)?.[1];
        if (pid && (!alive(Number(pid)) || (await age(path)) > STALE)) await remove(path);
      }
      const entries = names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
      if (entries.length <= most) return;
      const aged = await Promise.all(
        entries.map(async (name) => ({
          path: join(layers, name),
          age: await age(join(layers, name)),
        })),
      );
      aged.sort((a, b) => a.age - b.age);
      for (const { path } of aged.slice(most)) await remove(path);
    },
  };
}

// Opening a pipe that lies where an entry should would wait for ever.
async function regular(path: string): Promise<{ readonly size: number }> {
  const found = await stat(path);
  if (!found.isFile()) throw new Error("not a file");
  return found;
}

async function age(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found === null ? Number.POSITIVE_INFINITY : Date.now() - found.mtimeMs;
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
