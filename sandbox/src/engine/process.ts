/** Is it still that process? And a lock that the kernel lets go when its holder dies, however it dies. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

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
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field, the name in parentheses, may itself hold spaces and parentheses: see proc(5).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[19] === started && fields[0] !== "Z";
}

/** Resolves to true when the process has gone, false when it still runs after `within` milliseconds. */
export async function waitForEnd(process: ProcessId, within: number): Promise<boolean> {
  const deadline = Date.now() + within;
  while (await isAlive(process)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
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
    await sleep(100);
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
