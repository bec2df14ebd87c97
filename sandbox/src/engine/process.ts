/** Which process is the engine, and is it still that one? And a lock that the kernel lets go when its holder dies. */
import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineFolder } from "./folder.ts";

/** A process, told from a later one that got the same number by its start time (clock ticks since boot). */
export interface ProcessId {
  readonly pid: number;
  readonly started: string;
}

/** Reads a pid file of two lines (pid, start time); null when there is none or it is not whole. */
export async function readPidFile(path: string): Promise<ProcessId | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  const match = /^(\d+)\n(\d+)\n$/.exec(text);
  return match ? { pid: Number(match[1]), started: match[2] ?? "" } : null;
}

/** Whether that very process still runs (a zombie does not). */
export async function isAlive({ pid, started }: ProcessId): Promise<boolean> {
  return (await startOf(pid)) === started;
}

/** When a process began, field 22 of proc(5); null when there is none or it is a zombie. */
async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field, the name in parentheses, may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : (fields[19] ?? null);
}

/** Resolves to true when the process has gone, false when it still runs after `within` milliseconds. */
export async function waitForEnd(id: ProcessId, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  while (await isAlive(id)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/**
 * The first process of the engine's pid namespace, null when the engine does not run. Known from the pid file; when
 * that was lost, as the process that was told to use the engine's data folder and is number 1 in its namespace.
 */
export async function engineProcess(engine: EngineFolder): Promise<ProcessId | null> {
  const known = await readPidFile(engine.pidFile);
  if (known && (await isAlive(known))) return known;
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
    if (!command.includes(`\0${engine.data}\0`)) continue;
    const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    if (!/^NSpid:\s+\d+\s+1$/m.test(status)) continue;
    const started = await startOf(Number(name));
    if (started) return { pid: Number(name), started };
  }
  return null;
}

/**
 * Runs `body` while no other process on this machine runs one under the same `name`. The lock is an abstract unix
 * socket: there is no file to go stale, and it is free again at the moment its holder is killed.
 */
export async function withLock<T>(
  name: string,
  waiting: () => void,
  body: () => Promise<T>,
): Promise<T> {
  let server = await tryLock(name);
  if (!server) waiting();
  while (!server) {
    await sleep(50);
    server = await tryLock(name);
  }
  try {
    return await body();
  } finally {
    server.close();
  }
}

function tryLock(name: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(null);
      else reject(error);
    });
    server.listen(`\0${name}`, () => {
      server.unref();
      resolve(server);
    });
  });
}
