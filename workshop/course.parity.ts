/** The course proves itself on a real engine: `pnpm workshop check` in tests. */
import { prepareBases } from "./src/bases/prepare.ts";
import { COURSE, loadCourse } from "./src/course/load.ts";
import { openTrial, type Trial } from "./src/prove/exercise.ts";
import { listingFaults } from "./src/prove/listing.ts";
import { folderFaults } from "./src/prove/prove.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const course = await loadCourse();

beforeAll(async () => {
  await prepareBases({ signal: new AbortController().signal, log: console.error });
});

test("nothing is unlisted", async () => {
  expect(await listingFaults(COURSE, course)).toEqual([]);
});

// Starter and solution at the same time, exercises one after another: both share the twin.
describe.each(course)("$name", { concurrent: true }, (exercise) => {
  let trial: Trial;
  beforeAll(async () => {
    trial = await openTrial(exercise, new AbortController().signal);
  });
  afterAll(async () => {
    await trial[Symbol.asyncDispose]();
  });

  test("the starter fails for its reason, with hints about it", async ({ expect }) => {
    const { outcome, hint, faults } = await trial.starter();
    expect(faults).toEqual([]);
    expect(outcome.kind).not.toBe("done");
    expect(hint).toMatch(/\S/);
  });

  test("the solution passes", async ({ expect }) => {
    const { outcome, hint, faults } = await trial.solution();
    expect(faults).toEqual([]);
    expect(outcome.kind).toBe("done");
    expect(hint).toBeNull();
  });

  test("its files, README and printed commands are right", async ({ expect, signal }) => {
    expect(await folderFaults(exercise, signal)).toEqual([]);
  });
});
