import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { COURSE, loadCourse, parseExercise } from "../../src/course/load.ts";

const GOOD = `title: Two stages
idea: One builds, one ships.
minutes: 10
starter: { claim: size }
hints: [one, two, three]
`;

test("defaults are filled in", () => {
  expect(parseExercise(GOOD, "exercise.yaml")).toMatchObject({
    edit: ["Dockerfile"],
    checks: [],
    states: [],
  });
});

test.each([
  ["minutes: 10", "minute: 10", 'exercise.yaml:3:1: unknown key "minute"; did you mean "minutes"'],
  ["minutes: 10", "minutes: ten", 'exercise.yaml:3:10: minutes: expected a number, got "ten"'],
  ["{ claim: size }", "{ claim: weight }", "exercise.yaml:4:10: starter"],
  ["{ claim: size }", "{ build: '(' }", "exercise.yaml:4:19: starter.build: Invalid regular"],
  ["[one, two, three]", "[one, two]", "exercise.yaml:5:8: hints"],
  [
    "minutes: 10",
    "minutes: 10\nchecks: [{ kind: stage }]",
    "exercise.yaml:4:18: checks[0].kind: expected a kind of check",
  ],
  [GOOD, "- a list\n", "exercise.yaml:1:1: expected a map"],
  [GOOD, "title: 'open\n", "exercise.yaml:2:1: not valid YAML"],
])("%s as %s is told with its place", (before, after, message) => {
  const text = GOOD.replace(before, after);
  expect(() => parseExercise(text, join(process.cwd(), "exercise.yaml"))).toThrow(message);
});

async function courseWith(...names: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "slimproof-workshop-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const name of names) {
    await mkdir(join(root, "exercises", name), { recursive: true });
    await writeFile(join(root, "exercises", name, "exercise.yaml"), GOOD);
    await writeFile(join(root, "exercises", name, "Dockerfile"), "FROM scratch\n");
  }
  return join(root, "exercises");
}

test("exercises come by number, each with its solution's folder", async () => {
  const folder = await courseWith("02-b", "01-a");
  const course = await loadCourse(folder);
  expect(course.map(({ name, number }) => [name, number])).toEqual([
    ["01-a", 1],
    ["02-b", 2],
  ]);
  expect(course[0]?.solution).toBe(join(folder, "../solutions/01-a"));
});

test("all that is wrong is told at once", async () => {
  const folder = await courseWith("01-a", "02-b", "misnamed");
  await writeFile(join(folder, "01-a/exercise.yaml"), `${GOOD}wrong: key\n`);
  await rm(join(folder, "02-b/Dockerfile"));
  const error: unknown = await loadCourse(folder).catch((it: unknown) => it);
  expect(String(error)).toMatch(/01-a\/exercise\.yaml:6:1: unknown key "wrong"/);
  expect(String(error)).toMatch(
    /02-b\/exercise\.yaml: edit: the exercise has no file "Dockerfile"/,
  );
  expect(String(error)).toMatch(/misnamed: an exercise's folder is named as/);
});

test("a folder without exercises is no course, nor is one that is not there", async () => {
  const folder = await courseWith("01-a");
  await rm(join(folder, "01-a"), { recursive: true });
  await expect(loadCourse(folder)).rejects.toThrow("no exercise");
  await expect(loadCourse(join(folder, "nowhere"))).rejects.toThrow("no folder of exercises");
});

test("this course loads, from a copy as well", async () => {
  const root = await mkdtemp(join(tmpdir(), "slimproof-workshop-test-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await cp(COURSE, join(root, "exercises"), { recursive: true });
  const [own, copy] = [await loadCourse(), await loadCourse(join(root, "exercises"))];
  expect(copy.map(({ name }) => name)).toEqual(own.map(({ name }) => name));
  expect(own.length).toBeGreaterThanOrEqual(14);
});
