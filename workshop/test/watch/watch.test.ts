/** Watch mode with a judge that is made up, on a desk that is real. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openDesk } from "../../src/desk/desk.ts";
import { makeDesk } from "../../src/desk/make.ts";
import type { Outcome } from "../../src/judge/outcome.ts";
import type { Judge } from "../../src/judge/judge.ts";
import { lookOf } from "../../src/screen/look.ts";
import { openQueue } from "../../src/watch/queue.ts";
import { watchMode, type WatchEvent } from "../../src/watch/watch.ts";

/** Far longer than a save takes to be told of. */
const SETTLED = 600;

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "watch-"));
  folder = join(root, "desk");
  await makeDesk(folder, { learner: "ada", course: null });
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Watch mode; its judge ends a judgement only when it is told to. */
async function begun() {
  const desk = await openDesk(folder);
  const events = openQueue<WatchEvent>();
  const judged: ((outcome?: Outcome) => void)[] = [];
  const likely: ((outcome: Outcome) => void)[] = [];
  const judge: Judge = {
    judge: ({ signal, onLikely = () => {} }) =>
      new Promise((resolve, reject) => {
        likely.push(onLikely);
        judged.push((it = { kind: "empty", file: "Dockerfile" }) => resolve(it));
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      }),
    async [Symbol.asyncDispose]() {},
  };
  let screen = "";
  const canvas = {
    draw: (lines: readonly string[]) => void (screen = lines.join("\n")),
    room: () => ({ columns: 80, rows: 24 }),
    clear() {},
  };
  const ended = watchMode({
    desk,
    openJudge: async () => judge,
    hintFor: () => null,
    canvas,
    look: lookOf(false),
    events,
    shown: (path) => path.slice(folder.length + 1),
    call: "./workshop",
  });
  return {
    judged,
    likely,
    ended,
    place: desk.place(desk.course[0] as (typeof desk.course)[number]),
    press: (...keys: readonly string[]) => keys.forEach((key) => events.push({ kind: "key", key })),
    shows: (text: string | RegExp) => vi.waitFor(() => expect(screen).toMatch(text), 5_000),
    counts: (count: number) => vi.waitFor(() => expect(judged).toHaveLength(count), 5_000),
  };
}

test("a reset is judged once, though the watcher tells of it too; a save after that is judged again", async () => {
  const { judged, ended, place, press, shows, counts } = await begun();
  await counts(1);
  await writeFile(join(place, "Dockerfile"), "FROM mine\n");
  await counts(2);
  judged[1]?.();
  await shows("has no instruction");
  press("x");
  await shows("back as it was?");
  press("y");
  await counts(3);
  await passed(SETTLED);
  expect(judged).toHaveLength(3);
  await shows(/what you had is in exercises\/01-\S+\.bak$/m);
  await writeFile(join(place, "Dockerfile"), "FROM mine again\n");
  await counts(4);
  press("q");
  expect(await ended).toMatchObject({ code: 0, wasChecking: true });
});

test("m shows what was cut, page by page, and is there only then", async () => {
  const { judged, ended, press, shows, counts } = await begun();
  await counts(1);
  const detail = Array.from({ length: 20 }, (_, at) => `line ${at} of it`);
  judged[0]?.({ kind: "unbuilt", message: "Dockerfile:1: it failed", detail });
  await shows("line 19 of it");
  await shows(/m more {2}q quit$/);
  press("m");
  await shows("line 0 of it");
  press("m");
  await shows(/line 19 of it[^]*m top {2}q quit$/);
  press("m");
  await shows("it failed");
  press("m", "r");
  await counts(2);
  judged[1]?.();
  await shows(/has no instruction[^]*x reset {2}q quit$/);
  press("q");
  expect(await ended).toMatchObject({ code: 0, wasChecking: false });
});

test("what is only likely is still being checked when one leaves", async () => {
  const { likely, ended, press, shows, counts } = await begun();
  await counts(1);
  likely[0]?.({ kind: "empty", file: "Dockerfile" });
  await shows(/^ \? .*has no instruction[^]*being confirmed by another run/m);
  press("q");
  expect(await ended).toMatchObject({ code: 0, wasChecking: true });
});
