import { hash, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** Files in one folder, named by the digests of their keys; what is in one is its owner's to check. */
export interface Shelf {
  /** Path of what is stored under a key, which counts as used now. Rejects when nothing is, or no file of ours. */
  find(key: string): Promise<string>;
  /** Stores what `fill` writes to the path it is given, whole or not at all; that it could not be is no error. */
  store(key: string, fill: (path: string) => Promise<void>): Promise<void>;
  /** Removes the files used longest ago beyond the limits, and what killed processes left half written. */
  prune(): Promise<void>;
}

export interface ShelfLimits {
  /** How many files. */
  readonly most: number;
  /** Bytes of one file. */
  readonly largest: number;
  /** Bytes of all. */
  readonly bytes: number;
}

/** A half-written file of a living process is not this old. */
const STALE = 3_600_000;

/** Files of an ending (`.json`) in a folder that is made when it is first needed. */
export function shelf(folder: string, ending: string, limits: ShelfLimits): Shelf {
  const pathOf = (key: string): string => join(folder, `${hash("sha256", key)}${ending}`);

  return {
    async find(key) {
      const path = pathOf(key);
      const found = await stat(path);
      // Opening a pipe that lies where an entry should would wait for ever.
      if (!found.isFile() || found.size > limits.largest) throw new Error("not an entry");
      const now = new Date();
      await utimes(path, now, now).catch(() => {}); // a read-only cache is still a cache
      return path;
    },
    async store(key, fill) {
      // Named after the process, so that the next one can tell whether it was left behind.
      const temporary = join(folder, `.${process.pid}.${randomUUID()}.tmp`);
      try {
        await mkdir(folder, { recursive: true });
        await fill(temporary);
        if ((await stat(temporary)).size > limits.largest) throw new Error("too large");
        await rename(temporary, pathOf(key));
      } catch {
        await remove(temporary);
      }
    },
    async prune() {
      const whole: { readonly path: string; readonly age: number; readonly size: number }[] = [];
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const pid = /^\.(\d+)\.[0-9a-f-]+\.tmp$/.exec(name)?.[1];
        const ours = name.endsWith(ending) && /^[0-9a-f]{64}$/.test(name.slice(0, -ending.length));
        if (pid === undefined && !ours) continue;
        const { age, size } = await look(path);
        if (ours) whole.push({ path, age, size });
        else if (!alive(Number(pid)) || age > STALE) await remove(path);
      }
      let bytes = 0;
      for (const [at, { path, size }] of whole.sort((a, b) => a.age - b.age).entries()) {
        bytes += size;
        if (at >= limits.most || bytes > limits.bytes) await remove(path);
      }
    },
  };
}

async function look(path: string): Promise<{ readonly age: number; readonly size: number }> {
  const found = await stat(path).catch(() => null);
  if (found === null) return { age: Number.POSITIVE_INFINITY, size: 0 };
  return { age: Date.now() - found.mtimeMs, size: found.size };
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
