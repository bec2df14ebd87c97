import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Exercise } from "../../src/course/exercise.ts";
import type { Judge } from "../../src/judge/judge.ts";
import { openChecker, type CheckEvent } from "../../src/watch/checker.ts";
import { keysOf } from "../../src/watch/keys.ts";

const exercise = { name: "01-a", edit: ["Dockerfile"] } as unknown as Exercise;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "checker-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A judge whose first judgement never ends by itself. */
function slowJudge(): { judge: Judge; calls: AbortSignal[]; disposed: () => number } {
  const calls: AbortSignal[] = [];
  let disposed = 0;
  const judge: Judge = {
    judge({ signal }) {
      calls.push(signal);
      if (calls.length > 1) return Promise.resolve({ kind: "empty", file: "Dockerfile" });
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    },
    async [Symbol.asyncDispose]() {
      disposed += 1;
    },
  };
  return { judge, calls, disposed: () => disposed };
}

test("a newer save ends the check under way, with the same judge, and only the newer is told of", async () => {
  const { judge, calls, disposed } = slowJudge();
  const open = vi.fn(async () => judge);
  const events: CheckEvent[] = [];
  const checker = openChecker(open, (event) => events.push(event));
  checker.start(exercise, folder);
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  const second = checker.start(exercise, folder);
  await vi.waitFor(() => expect(events).toHaveLength(1));
  expect(events[0]).toMatchObject({ kind: "verdict", of: second });
  expect(calls[0]?.aborted).toBe(true);
  expect(open).toHaveBeenCalledTimes(1);
  await checker[Symbol.asyncDispose]();
  expect(disposed()).toBe(1);
});

test("disposing in the middle of a check ends it and takes the judge down", async () => {
  const { judge, calls, disposed } = slowJudge();
  const events: CheckEvent[] = [];
  const checker = openChecker(
    async () => judge,
    (event) => events.push(event),
  );
  checker.start(exercise, folder);
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  await checker[Symbol.asyncDispose]();
  expect(disposed()).toBe(1);
  expect(events).toEqual([]);
});

test("a judge that cannot be opened is told of", async () => {
  const events: CheckEvent[] = [];
  const error = new Error("no engine");
  await using checker = openChecker(
    () => Promise.reject(error),
    (event) => events.push(event),
  );
  checker.start(exercise, folder);
  await vi.waitFor(() => expect(events).toEqual([{ of: 1, kind: "broke", error }]));
});

test("keys are told from what else a terminal sends", () => {
  expect(keysOf("n")).toEqual(["n"]);
  expect(keysOf("\u0003")).toEqual(["ctrl-c"]);
  expect(keysOf("\u001b")).toEqual(["escape"]);
  expect(keysOf("\u001b[A\u001bOPH\r\u007f")).toEqual(["h", "enter"]);
});
