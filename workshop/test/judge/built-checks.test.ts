/** The checks that build or look into an image, each by itself, with no engine. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isCached } from "../../src/judge/checks/cached.ts";
import { firstLack } from "../../src/judge/checks/checks.ts";
import { isForPlatform } from "../../src/judge/checks/platform.ts";
import { keepsSecrets } from "../../src/judge/checks/secrets.ts";
import { buildsTarget } from "../../src/judge/checks/target.ts";
import { trialOf, writeLayout, type Building, type Step } from "./trials.ts";

const TEXT = "FROM golang AS test\nRUN go test\nFROM scratch\nCOPY --from=test /app /app\n";
const MAIN = "package main // adds\n";
const BREAKS = { file: "main.go", replace: "adds", with: "breaks" };
const TOUCHES = { file: "main.go", replace: "adds", with: "adds {mark}" };

let root: string;
let context: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "checks-"));
  // What a check copies lies here, so that a test sees whether anything of it stays.
  vi.stubEnv("TMPDIR", join(root, "tmp"));
  await mkdir(join(root, "tmp"));
  context = join(root, "mine");
  await mkdir(context);
  await writeFile(join(context, "main.go"), MAIN);
});

afterEach(async () => {
  expect(await readdir(join(root, "tmp"))).toEqual([]);
  expect(await readFile(join(context, "main.go"), "utf8")).toBe(MAIN);
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

describe("target", () => {
  const check = { kind: "target", target: "test", broken: BREAKS } as const;
  const tests: Building = (_, main) =>
    main.includes("breaks") ? { fails: "exit code 1", log: ["--- FAIL"] } : { steps: [] };

  test("holds when the stage builds, and not with what breaks it", async () => {
    const { trial, asked } = trialOf(context, TEXT, tests);
    expect(await buildsTarget(check, trial)).toBeNull();
    expect(asked.builds.map(({ source, main }) => [source.target, main])).toEqual([
      ["test", MAIN],
      ["test", "package main // breaks\n"],
    ]);
    expect(asked.untagged).toEqual(["built:1"]);
  });

  test("does not hold for a stage that tests nothing", async () => {
    const { trial, asked } = trialOf(context, TEXT);
    expect(await buildsTarget(check, trial)).toBe(
      'stage test of 2 still builds when "adds" in main.go becomes "breaks": it does not test that',
    );
    expect(asked.untagged).toEqual(["built:1", "built:2"]);
  });

  test("does not hold for a stage that is not there, which is told without a build", async () => {
    const { trial, asked } = trialOf(context, "FROM golang AS build\n");
    expect(await buildsTarget(check, trial)).toBe("no stage is named test; there is build");
    expect(asked.builds).toEqual([]);
  });

  test("does not hold for a stage that does not build by itself, which says why", async () => {
    const { trial } = trialOf(context, TEXT, () => ({
      fails: "my-workshop/exercises/04-x/Dockerfile: exit code 1",
      log: ["a", "no go.mod"],
    }));
    expect(await buildsTarget(check, trial)).toBe(
      "stage test does not build by itself: Dockerfile: exit code 1: no go.mod",
    );
  });

  test("cannot be told where the text to edit is gone", async () => {
    const { trial } = trialOf(context, TEXT);
    const gone = { ...check, broken: { ...BREAKS, replace: "no such text" } };
    await expect(buildsTarget(gone, trial)).rejects.toThrow(/main\.go: .*"no such text".*`reset`/);
  });
});

describe("cached", () => {
  const check = { kind: "cached", edit: TOUCHES, step: "go mod download" } as const;
  const step = (instruction: string, cached: boolean): Step =>
    ({ instruction, cached, own: false, seconds: 1.25 }) as unknown as Step;
  const steps = (isDownloadCached: boolean): readonly Step[] => [
    step("FROM golang", false),
    step("RUN go mod download", isDownloadCached),
    step("RUN go build", false),
  ];

  test("holds when the step comes from the cache, and what the edit left there is taken out", async () => {
    const { trial, asked } = trialOf(context, TEXT, () => ({ steps: steps(true) }));
    expect(await isCached(check, trial)).toBeNull();
    expect(asked.builds[0]?.main).toMatch(/^package main \/\/ adds [0-9a-f]{8}\n$/);
    expect(asked.untagged).toEqual(["built:1"]);
    expect(asked.forgotten).toEqual([steps(true)]);
  });

  test("marks each edit in its own way, so that no cache knows it", async () => {
    const { trial, asked } = trialOf(context, TEXT, () => ({ steps: steps(true) }));
    await isCached(check, trial);
    await isCached(check, trial);
    expect(new Set(asked.builds.map(({ main }) => main)).size).toBe(2);
  });

  test("does not hold when the step ran again, or none reads so", async () => {
    const { trial, asked } = trialOf(context, TEXT, () => ({ steps: steps(false) }));
    expect(await isCached(check, trial)).toBe(
      "after an edit of main.go this ran again: RUN go mod download (1.3 s)",
    );
    expect(await isCached({ ...check, step: "npm ci" }, trial)).toBe("no step reads as npm ci");
    expect(asked.untagged).toEqual(["built:1", "built:2"]);
    expect(asked.forgotten).toHaveLength(2);
  });

  test("does not hold when the edited folder does not build", async () => {
    const { trial, asked } = trialOf(context, TEXT, () => ({ fails: "no such base", log: [] }));
    expect(await isCached(check, trial)).toBe(
      "with an edit of main.go it does not build: no such base",
    );
    expect(asked.untagged).toEqual([]);
  });

  test("cannot be told when the edit reached no step", async () => {
    const all = [step("FROM golang", false), step("RUN go build", true)];
    const { trial, asked } = trialOf(context, TEXT, () => ({ steps: all }));
    await expect(isCached(check, trial)).rejects.toThrow(/edit of main\.go reached no step/);
    expect(asked.untagged).toEqual(["built:1"]);
  });
});

describe("secrets", () => {
  // Made here, so that nothing in the repository looks like one.
  const TOKEN = `API_TOKEN=${"ghp"}_${"a1B2c3D4e5F6".repeat(3)}\n`;

  test("does not hold for one that a later layer deleted", async () => {
    const layers = [{ "app/.env": TOKEN, "app/main": "x" }, { "app/.wh..env": "" }];
    const image = await writeLayout(join(root, "image"), layers);
    const { trial } = trialOf(context, TEXT);
    expect(await keepsSecrets({ ...trial, image })).toMatch(
      /^a layer holds what looks like a secret: \/app\/\.env \(/,
    );
  });

  test("holds for an image without one", async () => {
    const image = await writeLayout(join(root, "image"), [{ "app/main": "x" }]);
    const { trial } = trialOf(context, TEXT);
    expect(await keepsSecrets({ ...trial, image })).toBeNull();
  });

  test("names three of many", async () => {
    const names = ["a", "b", "c", "d", "e"];
    const files = Object.fromEntries(names.map((it) => [`app/${it}/.env`, TOKEN]));
    const image = await writeLayout(join(root, "image"), [files]);
    const { trial } = trialOf(context, TEXT);
    expect(await keepsSecrets({ ...trial, image })).toMatch(/: \/app\/a\/\.env.* and 2 more$/);
  });
});

describe("platform", () => {
  const CROSS =
    "FROM --platform=$BUILDPLATFORM golang AS build\nRUN go build\nFROM scratch\nCOPY --from=build /app /app\n";
  /** The head of a program for a machine, by its number in elf(5). */
  function program(machine: number): Buffer {
    const head = Buffer.alloc(64);
    head.write("\u007fELF", "latin1");
    head.set([2, 1, 1], 4);
    head.writeUInt16LE(2, 16);
    head.writeUInt16LE(machine, 18);
    return head;
  }
  const [X86, ARM] = [program(62), program(183)];

  async function told(
    files: Readonly<Record<string, string | Buffer>>,
    config: Parameters<typeof writeLayout>[2],
  ): Promise<string | null> {
    const tag = await writeLayout(join(root, "image"), [files], config);
    const { trial, asked } = trialOf(context, CROSS, () => ({ tag }));
    const why = await isForPlatform("linux/arm64", trial);
    expect(asked.builds.map(({ source }) => source.platform)).toEqual(["linux/arm64"]);
    expect(asked.untagged).toEqual([tag]);
    return why;
  }

  test("holds for a program of the platform's machine", async () => {
    expect(await told({ "app/main": ARM }, { Entrypoint: ["/app/main"] })).toBeNull();
  });

  test.each<[string, Parameters<typeof writeLayout>[2]]>([
    ["below the folder that it starts in", { Cmd: ["./main"], WorkingDir: "/app" }],
    ["on the PATH", { Cmd: ["main"], Env: ["PATH=/bin:/app"] }],
  ])("finds a program %s", async (_, config) => {
    expect(await told({ "app/main": ARM }, config)).toBeNull();
  });

  test("does not hold for a program of another machine", async () => {
    expect(await told({ "app/main": X86 }, { Cmd: ["/app/main"] })).toBe(
      "built for linux/arm64, the image starts /app/main, a program for x86-64, not for aarch64",
    );
  });

  test("does not hold for what is no program, or an image that starts nothing", async () => {
    expect(await told({ "app/main": "#!/bin/sh\n" }, { Cmd: ["/app/main"] })).toBe(
      "/app/main, which the image starts, is no program for a machine",
    );
    await rm(join(root, "image"), { recursive: true });
    expect(await told({ "app/main": ARM }, {})).toBe(
      "the image starts nothing: it has neither ENTRYPOINT nor CMD",
    );
  });

  test.each<[string, string | null]>([
    [CROSS, null],
    ["FROM golang\nRUN go build\n", "0"],
    ["FROM golang AS build\nRUN go build\nFROM scratch\n", "build"],
    ["FROM --platform=linux/arm64 golang AS build\nRUN go build\n", "build"],
    ["FROM --platform=${BUILDPLATFORM} golang AS a\nFROM a AS b\nRUN go build\n", null],
    [`${CROSS}RUN true\n`, "1"],
  ])("that no command runs emulated is told without a build: %j", async (text, stage) => {
    const { trial, asked } = trialOf(context, text, () => ({ fails: "no base", log: [] }));
    const why = await isForPlatform("linux/arm64", trial);
    expect(asked.builds).toHaveLength(stage === null ? 1 : 0);
    expect(why).toBe(
      stage === null
        ? "it does not build for linux/arm64: no base"
        : `stage ${stage} runs commands on the platform that is built for, which needs emulation; give it --platform=$BUILDPLATFORM`,
    );
  });
});

test("checks are made in order up to the first that does not hold, which is told in a line", async () => {
  const { trial, asked } = trialOf(context, TEXT, () => ({
    fails: "it\nbroke \u001b[31m",
    log: [],
  }));
  const told: string[] = [];
  const checks = [
    { kind: "stages", names: ["test"] },
    { kind: "target", target: "test" },
    { kind: "secrets" },
  ] as const;
  const lack = await firstLack(checks as never, { ...trial, onProgress: (it) => told.push(it) });
  expect(lack).toEqual({
    check: checks[1],
    why: String.raw`stage test does not build by itself: it broke \e[31m`,
  });
  expect(told).toEqual(["yours: check stages", "yours: check target"]);
  expect(asked.builds).toHaveLength(1);
});
