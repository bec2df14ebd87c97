import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { engineFolder } from "../src/engine/folder.ts";
import {
  engineProcess,
  isAlive,
  readPidFile,
  waitForEnd,
  withLock,
} from "../src/engine/process.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-process-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function startTime(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ")[19] ?? "";
}

test("a pid file is read only when it is whole", async () => {
  const file = join(folder, "pid");
  expect(await readPidFile(file)).toBeNull();
  await writeFile(file, "12\n");
  expect(await readPidFile(file)).toBeNull();
  await writeFile(file, "12\n345\n");
  expect(await readPidFile(file)).toEqual({ pid: 12, started: "345" });
});

test("a number that was given to another process since is not that process", async () => {
  const started = await startTime(process.pid);
  expect(await isAlive({ pid: process.pid, started })).toBe(true);
  expect(await isAlive({ pid: process.pid, started: `${Number(started) - 1}` })).toBe(false);
});

test("the end of a process is waited for, in bounded time", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const id = { pid: child.pid ?? 0, started: await startTime(child.pid ?? 0) };
  expect(await waitForEnd(id, 50)).toBe(false);
  child.kill("SIGKILL");
  expect(await waitForEnd(id, 5000)).toBe(true);
});

test("a stale pid file names no engine", async () => {
  const engine = engineFolder("trixie", folder);
  await mkdir(engine.run, { recursive: true });
  await mkdir(engine.data);
  await writeFile(engine.pidFile, `${process.pid}\n1\n`);
  expect(await engineProcess(engine)).toBeNull();
});

test("a lock is held by one at a time, within a process too", async () => {
  const name = `slimproof-test-${process.pid}`;
  const events: string[] = [];
  const hold = (who: string): Promise<void> =>
    withLock(
      name,
      () => events.push(`${who} waits`),
      async () => {
        events.push(`${who} in`);
        await new Promise((resolve) => setTimeout(resolve, 150));
        events.push(`${who} out`);
      },
    );
  await Promise.all([hold("a"), hold("b")]);
  expect(events).toEqual(["a in", "b waits", "a out", "b in", "b out"]);
});

test("a lock is let go when its body throws", async () => {
  const name = `slimproof-throw-${process.pid}`;
  const fail = async (): Promise<never> => Promise.reject(new Error("no"));
  await expect(withLock(name, () => {}, fail)).rejects.toThrow("no");
  let waited = false;
  await withLock(
    name,
    () => (waited = true),
    async () => {},
  );
  expect(waited).toBe(false);
});

test("a lock is free again when its holder is killed with -9", async () => {
  const name = `slimproof-killed-${process.pid}`;
  const holder = await holdLock(name);
  let waited = false;
  const got = withLock(
    name,
    () => {
      waited = true;
      holder.kill("SIGKILL");
    },
    async () => "got it",
  );
  expect(await got).toBe("got it");
  expect(waited).toBe(true);
});

async function holdLock(name: string): Promise<ChildProcess> {
  const module = new URL("../src/engine/process.ts", import.meta.url).href;
  const code = `const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(name)}, () => {}, async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}
