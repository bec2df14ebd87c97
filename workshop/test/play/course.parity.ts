/** The whole course, played in a real terminal: wrong save, hint, right save, next; killed, resumed, reset, listed. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareBases } from "../../src/bases/prepare.ts";
import type { Exercise } from "../../src/course/exercise.ts";
import { loadCourse } from "../../src/course/load.ts";
import { CLI } from "./command.ts";
import { leftOf, ownerOf } from "./leftovers.ts";
import { play, type Played } from "./screen.ts";

const course = await loadCourse();
let folder: string;
let desk: string;

beforeAll(async () => {
  await prepareBases({ signal: new AbortController().signal, log: console.error });
  folder = await mkdtemp(join(tmpdir(), "played-"));
  desk = join(folder, "desk");
  expect(await play([CLI, "init", desk, "--name", "ada"], folder).ended).toBe(0);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function state(): Promise<{
  current: string;
  exercises: Record<string, { done: string | null; attempts: number; hints: number }>;
}> {
  return JSON.parse(await readFile(join(desk, ".workshop-state.json"), "utf8"));
}

/** What watch mode shows while the judge is at the learner's image. */
const UNDER_WAY = /^ \S yours: /m;

/** Ends it with ctrl-c in the middle of a check, of which nothing may be left in the engine by then. */
async function interrupted(runner: Played): Promise<void> {
  const owner = ownerOf(runner.pid);
  runner.press("\u0003");
  expect(await runner.ended).toBe(130);
  expect(await leftOf(owner)).toEqual([]);
  expect(runner.screen()).toMatch(
    /progress is saved\nthe check under way was ended, and all containers are removed/,
  );
}

test(
  "every exercise: the starter is not it, a broken file is told of, the solution is done, next",
  { timeout: course.length * 180_000 },
  async () => {
    let runner: Played = play([CLI, "-C", desk], folder);
    for (const [at, exercise] of course.entries()) {
      const title = new RegExp(`^${String(exercise.number).padStart(2, "0")} `, "m");
      await runner.shows(title);
      await runner.shows(/^ x /m); // the starter, confirmed: what is only likely has a question mark
      const mine = join(desk, "exercises", exercise.name);
      const [file = ""] = exercise.edit;

      await writeFile(join(mine, file), "# FROM scratch\n");
      await runner.shows(/has no instruction/);
      await runner.shows(/^ -> /m);
      runner.press("h");
      await runner.shows(/^ 1\/3 /m);

      if (at === 1) {
        await cp(join(exercise.folder, file), join(mine, file));
        await runner.shows(UNDER_WAY);
        const killed = ownerOf(runner.pid);
        process.kill(runner.pid, "SIGKILL");
        expect(await runner.ended).toBeNull();
        expect(await leftOf(killed)).not.toEqual([]);
        runner = play([CLI, "-C", desk], folder);
        await runner.shows(title);
        await runner.shows(/^ x /m);
        expect(await leftOf(killed)).toEqual([]);
        expect((await state()).exercises[exercise.name]?.hints).toBe(1);
      }

      await cp(exercise.solution, mine, { recursive: true });
      await runner.shows(/^ \+ Done: the same program/m);
      expect((await state()).exercises[exercise.name]?.done).toMatch(/^2/);
      runner.press("l");
      await runner.shows(new RegExp(`> \\+ ${String(exercise.number).padStart(2, "0")} `));
      runner.press("l");
      await runner.shows(/^n next/m);
      runner.press("n");
    }
    await runner.shows(/exercises are done/);
    expect(runner.screen().split("\n").length).toBeLessThanOrEqual(23);

    runner.press("x");
    await runner.shows(/back as it was\?/);
    runner.press("y");
    await runner.shows(UNDER_WAY);
    await interrupted(runner);
    const { exercises } = await state();
    expect(Object.values(exercises).filter((it) => it.done !== null)).toHaveLength(course.length);
    expect(Object.values(exercises).every((it) => it.attempts >= 2)).toBe(true);
  },
);

/** A style of its own, which no build before it has made: a first run finds it, and more confirm it. */
async function restyle(exercise: Exercise): Promise<void> {
  const line = `RUN sleep 1 && echo "/* ${Date.now()} */" > static/site.css`;
  const starter = await readFile(join(exercise.folder, "Dockerfile"), "utf8");
  await writeFile(join(desk, "exercises", exercise.name, "Dockerfile"), `${starter}${line}\n`);
}

test("ctrl-c leaves nothing of an exercise with services, whenever it comes", async () => {
  const last = course.at(-1);
  if (!last) throw new Error("a course without an exercise");
  for (const when of [
    /^16 /m,
    /^ \S yours: (?:stage .*: )?RUN sleep 1/m,
    /^ \S (?:yours|the twin): ask /m,
    /being confirmed by another run/,
  ]) {
    await restyle(last);
    const runner = play([CLI, "-C", desk, "watch", last.name], folder);
    await runner.shows(when);
    await interrupted(runner);
  }
});
