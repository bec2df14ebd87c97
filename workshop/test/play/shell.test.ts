/** `workshop shell`: docker and slimproof by hand, with no engine but one that is made up. */
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { shellEnvironment, shellOf } from "../../src/cli/shell.ts";
import { bareCallName, callName } from "../../src/cli/surroundings.ts";
import { loadCourse } from "../../src/course/load.ts";
import { makeDesk } from "../../src/desk/make.ts";
import { fakeDocker, type FakeDocker } from "../teacher/fake-docker.ts";
import { CLI, say } from "./command.ts";
import { play } from "./screen.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const [first] = (await loadCourse()).map(({ name }) => name) as [string];
let root: string;
let desk: string;
let docker: FakeDocker;

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "shell-")));
  desk = join(root, "desk");
  await makeDesk(desk, { learner: "ada", course: null });
  docker = await fakeDocker(root, { images: [] });
});

afterAll(async () => {
  await docker[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

async function inShell(...command: readonly string[]): ReturnType<typeof say> {
  return await say(["shell", "--", ...command], desk, docker.env);
}

describe("a command", () => {
  test("runs in the current exercise, with the engine's address, and says no more than itself", async () => {
    const script = 'pwd; echo "$DOCKER_HOST"; docker version';
    expect(await inShell("sh", "-c", script)).toEqual({
      code: 0,
      out: `${join(desk, "exercises", first)}\n${docker.env.DOCKER_HOST}\n27.3.1\n`,
      err: "",
    });
  });

  test.each([
    ["its exit code", "exit 7", 7],
    ["128 and the signal that ended it", "kill -TERM $$", 143],
  ])("hands on %s", async (_, script, code) => {
    expect(await inShell("sh", "-c", script)).toEqual({ code, out: "", err: "" });
  });

  test("that is none is told of with the shells' own code", async () => {
    expect(await inShell("no-such-command")).toEqual({
      code: 127,
      out: "",
      err: "workshop: no-such-command: no such command\n",
    });
  });

  test("may be this checkout's slimproof, and the desk's runner from anywhere", async () => {
    expect(await inShell("slimproof", "--version")).toMatchObject({ code: 0, err: "" });
    const refused = await inShell("sh", "-c", "cd / && workshop solution 1");
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("`workshop hint 1` helps");
  });
});

test("at a terminal a line says what it is and how to leave, and its end is the shell's", async () => {
  await writeFile(join(root, "profile"), "PS1='ready: '\n");
  const env = { ...docker.env, SHELL: "/bin/sh", ENV: join(root, "profile") };
  const played = play([CLI, "shell"], desk, env);
  await played.shows(/^ready:/m);
  expect(played.screen().replaceAll("\n", "")).toContain(
    `a shell in exercises/${first}, with docker, slimproof and workshop at hand; \`exit\` leaves it`,
  );
  played.press("docker version; exit 5\r");
  expect(await played.ended).toBe(5);
  expect(played.screen()).toContain("27.3.1");
});

test("a docker that came with the private engine is put on PATH, and the machine's own is not", () => {
  const path = (file: string): string | undefined =>
    shellEnvironment({ file, env: {} }, "/desk", { PATH: "/usr/bin" })["PATH"];
  expect(path("/cache/bin/docker")).toMatch(
    new RegExp(`/bin${delimiter}/cache/bin${delimiter}/usr/bin$`),
  );
  expect(path("docker")).not.toContain("cache");
  expect(shellOf({ SHELL: "/no/such/shell" })).toMatch(/^\/bin\/(?:ba)?sh$/);
});

test.each<[Record<string, string | undefined>, string, string]>([
  [{}, "mine/workshop", "mine/workshop"],
  [{ MAKELEVEL: "1" }, "mine/workshop", "make workshop"],
  [{ MAKELEVEL: "1", WORKSHOP_CALL: "./workshop" }, "./workshop", "./workshop"],
  [{ npm_lifecycle_event: "workshop" }, "pnpm workshop", "pnpm workshop"],
])("called with %o, its name is %s with arguments and %s without", (env, name, bare) => {
  for (const it of ["MAKELEVEL", "WORKSHOP_CALL", "npm_lifecycle_event"]) vi.stubEnv(it, env[it]);
  const folder = join(process.cwd(), "mine");
  expect(callName({ folder })).toBe(name);
  expect(bareCallName({ folder })).toBe(bare);
  vi.unstubAllEnvs();
});
