/** What a learner's commands do on a desk, each as a process of its own; none of these needs an engine. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { Command } from "commander";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { lookFor } from "../../src/cli/surroundings.ts";
import { loadCourse } from "../../src/course/load.ts";
import { openDesk } from "../../src/desk/desk.ts";
import { fingerprint } from "../../src/desk/files.ts";
import { makeDesk } from "../../src/desk/make.ts";
import { arrived, judged } from "../../src/desk/progress.ts";
import { STATE_FILE, type State } from "../../src/desk/state.ts";
import { CLI, NO_ENGINE, say, silentEngine, start } from "./command.ts";
import { play, type Played } from "./screen.ts";

// Each starts several processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

// eslint-disable-next-line no-control-regex
const CONTROL = /\u001b/;
const course = await loadCourse();
const [first, second, third] = course.map(({ name }) => name) as [string, string, string];
let root: string;
let made: string;
let desk: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "commands-"));
  made = join(root, "made");
  await makeDesk(made, { learner: "ada", course: null });
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  desk = join(await mkdtemp(join(root, "case-")), "desk");
  await cp(made, desk, { recursive: true });
});

async function stateText(): Promise<string> {
  return await readFile(join(desk, STATE_FILE), "utf8");
}

async function state(): Promise<State> {
  return JSON.parse(await stateText()) as State;
}

/** Files of the state and what lies beside it under its name. */
async function stateFiles(): Promise<readonly string[]> {
  return (await readdir(desk)).filter((it) => it.startsWith(STATE_FILE));
}

/** A command in a terminal, which is ended with the test. */
function atTerminal(args: readonly string[], env: Readonly<Record<string, string>>): Played {
  const played = play([CLI, ...args], desk, env);
  onTestFinished(async () => {
    try {
      process.kill(played.pid, "SIGKILL");
    } catch {} // it has ended
    await played.ended;
  });
  return played;
}

describe("an exercise", () => {
  test("is skipped, and the next one is the current one", async () => {
    expect(await say(["skip"], desk)).toEqual({
      code: 0,
      out: `${first} is left for later\nnext: ${second}, ${course[1]?.title}\n`,
      err: "",
    });
    expect(await state()).toMatchObject({
      current: second,
      exercises: { [first]: { skipped: true } },
    });
    expect(await say(["skip", "3"], desk)).toMatchObject({
      code: 0,
      out: `${third} is left for later\n`,
    });
    const { out } = await say(["list"], desk);
    expect(
      out
        .split("\n")
        .slice(0, 3)
        .map((it) => it.slice(0, 8)),
    ).toEqual(["   - 01 ", " >   02 ", "   - 03 "]);
    expect(out).toContain("\n - skipped  open one: `./workshop watch 7`\n 0 of ");
  });

  test("shows its solution before it is done only when forced, and remembers that", async () => {
    const refused = await say(["solution", "1"], desk);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toBe(
      `workshop: ${first} is not done yet: \`./workshop hint 1\` helps, --force shows the solution all the same\n`,
    );
    const unasked = await say(["solution", "1", "--force"], desk);
    expect(unasked).toMatchObject({ code: 2, out: "" });
    expect(unasked.err).toMatch(/^workshop: Show the solution .* --yes says yes\n$/);
    expect(await readdir(desk)).not.toContain("solutions");
    expect((await state()).exercises).toEqual({});

    const file = `solutions/${first}/Dockerfile`;
    const shown = await say(["solution", "1", "--force", "--yes"], desk);
    expect(shown).toEqual({ code: 0, out: `${file}\n`, err: "" });
    expect(await readFile(join(desk, file), "utf8")).toBe(
      await readFile(join(course[0]?.solution ?? "", "Dockerfile"), "utf8"),
    );
    expect((await state()).exercises[first]).toMatchObject({ peeked: true, done: null });
  });
});

test("without a terminal an exercise that passed as it is names the next, and how to open it", async () => {
  const opened = await openDesk(desk);
  const [exercise] = opened.course;
  if (!exercise) throw new Error("no exercise");
  const print = await fingerprint(exercise, opened.place(exercise));
  const passed = { isDone: true, fingerprint: print, starter: "", stuck: null };
  await opened.update((it) => judged(it, first, passed, new Date()));
  for (const args of [
    ["run", "1"],
    ["watch", "1"],
  ])
    expect(await say(args, desk)).toEqual({
      code: 0,
      out: `+ 01 ${exercise.title}: done, and not changed since it passed\nNext: 02 ${course[1]?.title}, which \`./workshop watch 2\` opens\n`,
      err: "",
    });
});

test("a question that is not answered with yes changes nothing", async () => {
  const before = await stateText();
  const played = atTerminal(["solution", "1", "--force"], {});
  await played.shows(/before it is done\? \[y\/N\]$/);
  played.press("\r");
  expect(await played.ended).toBe(0);
  expect(played.screen()).toMatch(/nothing was shown$/);
  expect(await stateText()).toBe(before);
  expect(await readdir(desk)).not.toContain("solutions");
});

describe("all exercises", () => {
  test("are put back only when that is wanted; what was changed is kept, and no more", async () => {
    await writeFile(join(desk, "exercises", first, "Dockerfile"), "FROM mine\n");
    await (await openDesk(desk)).update((it) => arrived(it, second, new Date()));
    const before = await stateText();

    const unasked = await say(["reset", "--all"], desk);
    expect(unasked).toMatchObject({ code: 2, out: "" });
    expect(unasked.err).toMatch(/^workshop: Put all \d+ exercises back .* --yes says yes\n$/);
    expect(await stateText()).toBe(before);

    const { code, out } = await say(["reset", "--all", "--yes"], desk);
    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 2)).toEqual([
      `${first} is as it was; what you had is in exercises/${first}.bak`,
      `${second} is as it was`,
    ]);
    const names = await readdir(join(desk, "exercises"));
    expect(names.toSorted()).toEqual(
      [...course.map(({ name }) => name), `${first}.bak`].toSorted(),
    );
    expect(await readFile(join(desk, "exercises", `${first}.bak`, "Dockerfile"), "utf8")).toBe(
      "FROM mine\n",
    );
    expect(await state()).toMatchObject({ learner: "ada", current: null, exercises: {} });
  });

  test("are judged again only when one or all are named", async () => {
    expect(await say(["verify"], desk)).toEqual({
      code: 2,
      out: "",
      err: "workshop: name one exercise, or give --all for all of them\n",
    });
  });

  test.each([[["verify", "--all"]], [["run"]]])(
    "without an engine `%s` says so in a line",
    async (args) => {
      expect(await say(args, desk)).toEqual({
        code: 2,
        out: "",
        err: `workshop: DOCKER_HOST=${NO_ENGINE} does not answer: start that engine, mend the address, or unset DOCKER_HOST\n`,
      });
    },
  );
});

describe("a progress file", () => {
  test("of a later version is told of in a line and left alone", async () => {
    const text = '{"version":2,"learner":"ada"}';
    await writeFile(join(desk, STATE_FILE), text);
    const { code, out, err } = await say(["skip"], desk);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(
      /^workshop: \S+\/\.workshop-state\.json was written by a newer workshop \(format 2, this one reads 1\) and is left as it is: start the newer one, or `init DIR` begins anew in another folder\n$/,
    );
    expect(await stateText()).toBe(text);
    expect(await stateFiles()).toEqual([STATE_FILE]);
  });

  test("that is damaged is told of once in a line and kept, and the work goes on", async () => {
    await writeFile(join(desk, STATE_FILE), '{"version":1,');
    const { code, out, err } = await say(["skip"], desk);
    expect(code).toBe(0);
    expect(out).toMatch(/is left for later/);
    expect(err).toMatch(
      /^workshop: \S+ was damaged \(it is no JSON\): kept as \S+\.bak, and the progress begins anew; [^\n]+\n$/,
    );
    expect((await say(["list"], desk)).err).toBe("");
    expect(await stateFiles()).toEqual([STATE_FILE, `${STATE_FILE}.bak`]);
    expect(await readFile(join(desk, `${STATE_FILE}.bak`), "utf8")).toBe('{"version":1,');
  });
});

describe("what is written", () => {
  test.each<[Record<string, string>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ TERM: "dumb" }, true, false],
    [{ NO_COLOR: "1" }, true, false],
    [{ NO_COLOR: "" }, true, true], // no-color.org: only when it is not empty
    [{ FORCE_COLOR: "1" }, false, true],
    [{ FORCE_COLOR: "0" }, true, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, true, false],
    [{ FORCE_COLOR: "1", TERM: "dumb" }, true, true],
  ])("with %o, on a terminal: %s, is painted: %s", (env, isTTY, isPainted) => {
    for (const name of ["TERM", "NO_COLOR", "FORCE_COLOR"]) vi.stubEnv(name, env[name]);
    onTestFinished(() => void vi.unstubAllEnvs());
    const program = new Command().option("--no-color");
    const look = lookFor(program.parse([], { from: "user" }), { isTTY } as NodeJS.WriteStream);
    expect(look.paint("bold", "x") !== "x").toBe(isPainted);
    const plain = lookFor(program.parse(["--no-color"], { from: "user" }), process.stdout);
    expect(plain.paint("bold", "x")).toBe("x");
  });

  test("to a pipe has colours and symbols only when that is forced", async () => {
    const { out } = await say(["list"], desk, { TERM: "xterm-256color" });
    expect(out).toMatch(/^ > {3}01 /);
    expect(out).not.toMatch(CONTROL);
    const forced = await say(["list"], desk, { FORCE_COLOR: "1" });
    expect(forced.out).toMatch(/^ ▸ /);
    expect(forced.out).toMatch(CONTROL);
  });

  test("to a dumb terminal has no control sequence, one screen below the other", async () => {
    const played = atTerminal([], { TERM: "dumb", NO_COLOR: "", DOCKER_HOST: NO_ENGINE });
    await played.shows(/^ \? DOCKER_HOST=/m);
    played.press("l");
    await played.shows(/^ > {3}01 /m);
    played.press("q");
    expect(await played.ended).toBe(0);
    expect(played.written()).not.toMatch(CONTROL);
    expect(played.screen()).toMatch(/progress is saved/);
  });

  test("to a terminal has colours, unless NO_COLOR says otherwise", async () => {
    const painted = atTerminal([], { NO_COLOR: "", DOCKER_HOST: NO_ENGINE });
    const plain = atTerminal([], { NO_COLOR: "1", DOCKER_HOST: NO_ENGINE });
    for (const played of [painted, plain]) await played.shows(/^ \? DOCKER_HOST=/m);
    expect(painted.written()).toContain("\u001b[1m"); // bold
    expect(painted.screen()).toContain("───");
    expect(plain.written()).not.toContain("\u001b[1m");
    expect(plain.screen()).toContain("---");
  });
});

describe("in the middle of a check", () => {
  test.each<[NodeJS.Signals, number]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("%s ends `run`, which says so, with %i", async (signal, code) => {
    await using engine = await silentEngine(join(desk, ".."));
    const running = start(["run"], desk, { DOCKER_HOST: engine.host });
    await engine.asked;
    running.kill(signal);
    await once(running.stderr ?? process.stderr, "data");
    engine.hangUp();
    const { exitCode, stdout, stderr } = await running;
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "\ninterrupted: progress is saved, what was started is removed (again to leave at once)\n",
    );
    expect(exitCode).toBe(code);
    expect((await state()).exercises[first]).toMatchObject({ attempts: 0, judged: null });
    expect(await stateFiles()).toEqual([STATE_FILE]);
  });

  test("ctrl-c ends watch mode, which says what it ended", async () => {
    await using engine = await silentEngine(join(desk, ".."));
    const played = atTerminal([], { DOCKER_HOST: engine.host });
    await engine.asked;
    await played.shows(/looking at what you wrote/);
    played.press("\u0003");
    await played.shows(/ending: what was started is being removed/);
    engine.hangUp();
    expect(await played.ended).toBe(130);
    expect(played.screen()).toBe(
      [
        `stopped at ${first}, 0 of ${course.length} done; progress is saved`,
        "the check under way was ended, and all containers are removed",
        "`./workshop` goes on from here",
      ].join("\n"),
    );
  });
});
