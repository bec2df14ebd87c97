/** Commands that judge, on a course of one exercise: what they print, how they end, and that they leave nothing. */
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareBases } from "../../src/bases/prepare.ts";
import { loadCourse } from "../../src/course/load.ts";
import type { Exercise } from "../../src/course/exercise.ts";
import { say, start } from "./command.ts";
import { leftOf, ownerOf } from "./leftovers.ts";

let folder: string;
let desk: string;
let only: Exercise;
let engine: { readonly DOCKER_HOST: string };

beforeAll(async () => {
  await prepareBases({ signal: new AbortController().signal, log: console.error });
  engine = { DOCKER_HOST: process.env["DOCKER_HOST"] ?? "" };
  folder = await mkdtemp(join(tmpdir(), "commands-"));
  desk = join(folder, "desk");
  const [, , third] = await loadCourse();
  if (!third) throw new Error("no third exercise");
  for (const [from, to] of [
    [third.folder, "exercises"],
    [third.solution, "solutions"],
  ] as const) {
    await mkdir(join(folder, to));
    await cp(from, join(folder, to, third.name), { recursive: true });
  }
  only = third;
  const made = ["init", desk, "--course", join(folder, "exercises")];
  expect(await say(made, folder)).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("ctrl-c in the middle of a check ends it with 130 and leaves nothing", async () => {
  const running = start(["run"], desk, engine);
  const owner = ownerOf(running.pid ?? 0);
  await once(running.stderr, "data"); // what the judge is at
  running.kill("SIGINT");
  const { exitCode, stdout, stderr } = await running;
  expect(stderr).toMatch(/\ninterrupted: progress is saved, what was started is removed/);
  expect(stdout).toBe("");
  expect(exitCode).toBe(130);
  expect(await leftOf(owner)).toEqual([]);
});

test("`verify --all` says of each in a line whether it is done, and how many are", async () => {
  const title = `03 ${only.title}`;
  const starter = await say(["verify", "--all"], desk, engine);
  expect(starter).toMatchObject({ code: 1, out: `x ${title}: not yet\n0 of 1 done\n` });
  await cp(only.solution, join(desk, "exercises", only.name), { recursive: true });
  const solved = await say(["verify", "--all"], desk, engine);
  expect(solved).toMatchObject({ code: 0, out: `+ ${title}: done\n1 of 1 done\n` });
  expect(await say(["run"], desk)).toEqual({
    code: 0,
    out: `+ ${title}: done, and not changed since it passed\n`,
    err: "",
  });
});
