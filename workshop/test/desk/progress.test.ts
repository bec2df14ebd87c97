import { expect, test } from "vitest";
import type { Exercise } from "../../src/course/exercise.ts";
import {
  arrived,
  changed,
  countDone,
  currentOf,
  judged,
  nextAfter,
  progressOf,
  statusOf,
} from "../../src/desk/progress.ts";
import { newState } from "../../src/desk/state.ts";

const NOON = new Date("2026-01-01T12:00:00Z");
const LATER = new Date("2026-01-01T12:10:00Z");
const course = ["01-a", "02-b", "03-c"].map(
  (name, at) => ({ name, number: at + 1 }) as unknown as Exercise,
);
const begin = newState("ada", null, NOON);
const passing = { isDone: true, fingerprint: "mine", starter: "starter", stuck: null };
const failing = { isDone: false, fingerprint: "wrong", starter: "starter", stuck: "try this" };
const [first, second] = course as [Exercise, Exercise];

test("the first is the current one, then what comes after those that passed or were skipped", () => {
  expect(currentOf(begin, course).name).toBe("01-a");
  const done = judged(begin, "01-a", passing, LATER);
  expect(currentOf(done, course).name).toBe("02-b");
  expect(nextAfter(done, course, first)?.name).toBe("02-b");
  const skipped = changed(done, "02-b", () => ({ skipped: true }));
  expect(currentOf(skipped, course).name).toBe("03-c");
  const all = judged(skipped, "03-c", passing, LATER);
  expect(nextAfter(all, course, course[2] as Exercise)?.name).toBe("02-b");
  expect(nextAfter(judged(all, "02-b", passing, LATER), course, second)).toBeNull();
});

test("time runs from the first look to the first pass, and stays so", () => {
  const done = judged(arrived(begin, "01-a", NOON), "01-a", passing, LATER);
  expect(progressOf(done, "01-a")).toMatchObject({ seconds: 600, passed: "mine", attempts: 1 });
  const broken = judged(done, "01-a", failing, new Date("2026-01-02T00:00:00Z"));
  expect(progressOf(broken, "01-a")).toMatchObject({ seconds: 600, stuck: "try this" });
  expect(countDone(broken, course)).toBe(1);
});

test("only a changed file is an attempt, and the starter is none", () => {
  const starter = judged(begin, "01-a", { ...failing, fingerprint: "starter" }, NOON);
  expect(progressOf(starter, "01-a").attempts).toBe(0);
  const once = judged(starter, "01-a", failing, NOON);
  expect(progressOf(judged(once, "01-a", failing, NOON), "01-a").attempts).toBe(1);
});

test("what passed is done as long as it is the same", () => {
  const done = progressOf(judged(begin, "01-a", passing, LATER), "01-a");
  expect(statusOf(done, "mine")).toBe("done");
  expect(statusOf(done, "else")).toBe("changed");
});

test("a file that no longer passes is judged again", () => {
  const done = judged(begin, "01-a", passing, LATER);
  const failed = judged(done, "01-a", { ...failing, fingerprint: "mine" }, LATER);
  expect(statusOf(progressOf(failed, "01-a"), "mine")).toBe("changed");
});
