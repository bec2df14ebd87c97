import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Small JSON files in one folder, named by digests; what is in one is its owner's to check. */
export interface Entries {
  /** What is stored under a digest. Rejects when nothing is, or it is no JSON file of ours. */
  read(digest: string): Promise<unknown>;
  /** Stores a value whole or not at all; that it could not be is no error. */
  write(digest: string, value: unknown): Promise<void>;
  /** Removes the entries used longest ago beyond the limit, and what killed processes left half written. */
  prune(): Promise<void>;
}

/** A half-written file of a living process is not this old. */
const STALE = 3_600_000;

/** At most `most` entries, each of `largest` bytes at most, in a folder that is made when it is first needed. */
export function entries(
  folder: string,
  { most, largest }: { readonly most: number; readonly largest: number },
): Entries {
  function pathOf(digest: string): string {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (hex === undefined) throw new Error("not a digest"); // nor a safe file name
    return join(folder, `${hex}.json`);
  }

  return {
    async read(digest) {
      const path = pathOf(digest);
      const found = await stat(path);
      // Opening a pipe that lies where an entry should would wait for ever.
      if (!found.isFile() || found.size > largest) throw new Error("not an entry");
      const value: unknown = JSON.parse(await readFile(path, "utf8"));
      const now = new Date();
      await utimes(path, now, now).catch(() => {}); // a read-only cache is still a cache
      return value;
    },
    async write(digest, value) {
      const text = `${JSON.stringify(value)}\n`;
      if (Buffer.byteLength(text) > largest) return;
      // Named after the process, so that the next one can tell whether it was left behind.
      const temporary = join(folder, `.${process.pid}.${randomUUID()}.tmp`);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, text, { flag: "wx" });
        await rename(temporary, pathOf(digest));
      } catch {
        await rm(temporary, { force: true }).catch(() => {});
      }
    },
    async prune() {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) {
        const path = join(folder, name);
        const pid = /^\.(\d+)\.[0-9a-f-]+\.tmp$/.exec(name)?.[1];
        if (pid && (!alive(Number(pid)) || (await age(path)) > STALE)) await remove(path);
      }
      const whole = names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
      if (whole.length <= most) return;
      const aged = await Promise.all(
        whole.map(async (name) => ({
          path: join(folder, name),
          age: await age(join(folder, name)),
        })),
      );
      aged.sort((a, b) => a.age - b.age);
      for (const { path } of aged.slice(most)) await remove(path);
    },
  };
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
