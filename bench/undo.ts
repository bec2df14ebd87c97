/** What a bench makes is taken away again: after its task, and when the process is told to end before that. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Newest first. */
const open: (() => void)[] = [];

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(signal, () => {
    for (const undo of open.splice(0)) undo();
    process.exit(code);
  });

export async function undoing<T>(undo: () => void, task: () => Promise<T>): Promise<T> {
  open.unshift(undo);
  try {
    return await task();
  } finally {
    open.splice(open.indexOf(undo), 1);
    undo();
  }
}

/** A folder for as long as a task runs. */
export async function withFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  return await undoing(
    () => rmSync(folder, { recursive: true, force: true }),
    () => task(folder),
  );
}
