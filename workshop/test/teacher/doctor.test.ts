import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { courseImages } from "../../src/teacher/course-images.ts";
import { diagnosesOf, type Diagnosis } from "../../src/teacher/diagnosis.ts";
import { doctorExit, doctorJson, doctorText } from "../../src/teacher/doctor.ts";
import { engineFacts, type EngineFacts } from "../../src/teacher/engine-facts.ts";
import type { Facts } from "../../src/teacher/facts.ts";
import { isFree, terminalTrouble } from "../../src/teacher/machine-facts.ts";
import { NO_ENGINE, say } from "../play/command.ts";
import { fakeDocker, type FakeDocker, type Faked } from "./fake-docker.ts";

vi.setConfig({ testTimeout: 60_000 });

const CALL = "./start";
const COMMAND = { version: "27.3.1", hasBuildx: true, byHand: "same" } as const;
const ENGINE: EngineFacts = {
  version: "27.3.1",
  host: "unix:///var/run/docker.sock",
  command: COMMAND,
  images: ["golang:1.26", "python:3.13-slim"],
  missing: [],
  free: { bytes: 20e9, of: "engine" },
};
const WELL: Facts = {
  node: "24.1.0",
  terminal: null,
  engine: ENGINE,
  ports: [5000, 8080],
  taken: [],
};

function withEngine(change: Partial<EngineFacts>): Facts {
  return { ...WELL, engine: { ...ENGINE, ...change } };
}

function diagnosis(facts: Facts, about: Diagnosis["about"]): Diagnosis | undefined {
  return diagnosesOf(facts, CALL).find((it) => it.about === about);
}

describe("a laptop", () => {
  test("where all is well is ready", () => {
    const found = diagnosesOf(WELL, CALL);
    expect(doctorExit(found)).toBe(0);
    expect(doctorText(found, 80)).toMatchInlineSnapshot(`
      "ok   node      Node 24.1.0
      ok   terminal  programs run in a terminal of their own
      ok   engine    Docker 27.3.1 at unix:///var/run/docker.sock
      ok   command   docker 27.3.1, with buildx; by hand it reaches the same engine
      ok   images    all 2 that the course starts from are there
      ok   disk      20.0 GB free for the engine
      ok   ports     5000, 8080 are free
      This machine is ready."
    `);
  });

  test.each<[Diagnosis["about"], Diagnosis["state"], Facts]>([
    ["node", "bad", { ...WELL, node: "22.9.0" }],
    ["terminal", "bad", { ...WELL, terminal: "none can be opened: no /dev/ptmx" }],
    ["engine", "bad", { ...WELL, engine: { why: "none answers" } }],
    ["engine", "warn", withEngine({ version: "20.10.24" })],
    ["command", "bad", withEngine({ command: null, missing: null })],
    [
      "command",
      "warn",
      withEngine({ command: { version: "27.3.1", hasBuildx: false, byHand: "same" } }),
    ],
    ["command", "warn", withEngine({ command: { ...COMMAND, byHand: "none" } })],
    ["command", "warn", withEngine({ command: { ...COMMAND, byHand: "other" } })],
    ["images", "bad", withEngine({ missing: ["golang:1.26"] })],
    ["images", "bad", withEngine({ command: null, missing: null })],
    ["disk", "warn", withEngine({ free: { bytes: 7.9e9, of: "engine" } })],
    ["disk", "bad", withEngine({ free: { bytes: 2.9e9, of: "machine" } })],
    ["ports", "warn", { ...WELL, taken: [8080] }],
  ])("has its %s told as %s, with what to do", (about, state, facts) => {
    const found = diagnosis(facts, about);
    expect(found?.state).toBe(state);
    expect(found?.advice).toMatch(/\w{3}/);
    expect(doctorExit(diagnosesOf(facts, CALL))).toBe(state === "bad" ? 1 : 0);
  });

  test("without an engine has nothing said of what only that could tell", () => {
    const found = diagnosesOf({ ...WELL, engine: { why: "none answers" } }, CALL);
    expect(found.map((it) => it.about)).toEqual(["node", "terminal", "engine", "ports"]);
  });

  test("that is not ready is told what to do in lines that fit", () => {
    const facts = {
      ...withEngine({
        missing: ["golang:1.26"],
        version: "20.10.24",
        free: { bytes: 1e9, of: "engine" },
      }),
      taken: [8080],
    };
    const text = doctorText(diagnosesOf(facts, CALL), 80);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).toMatchInlineSnapshot(`
      "ok   node      Node 24.1.0
      ok   terminal  programs run in a terminal of their own
      WARN engine    Docker 20.10.24 at unix:///var/run/docker.sock
                     > builds need BuildKit; Docker 23 and later have it switched on
      ok   command   docker 27.3.1, with buildx; by hand it reaches the same engine
      BAD  images    1 of 2 are missing: golang:1.26
                     > \`./start bundle --load FILE\` takes them from the teacher's
                       bundle; with a network, \`docker pull\` those of a registry:
                       whoever opens an exercise makes those called workshop-*
      BAD  disk      1.00 GB free for the engine
                     > the course takes up to 8.00 GB: make room, e.g. \`docker image
                       prune\`, or give Docker Desktop a larger disk
      WARN ports     taken: 8080
                     > the judge does not need them; for a \`docker run --publish\` by
                       hand take another, such as 18080:8080, or stop what listens
                       there
      This machine is not ready."
    `);
  });

  test("is told commands as the runner was called", () => {
    const unlike = withEngine({
      command: { ...COMMAND, byHand: "none" },
      missing: ["golang:1.26"],
    });
    for (const call of ["./workshop", "pnpm workshop"]) {
      const [, , , command, images] = diagnosesOf(unlike, call).map((it) => it.advice);
      expect(command).toContain(`\`${call} shell\``);
      expect(images).toContain(`\`${call} bundle --load FILE\``);
    }
  });

  test("is one document for programs", () => {
    const found = diagnosesOf({ ...WELL, engine: { why: "none answers" } }, CALL);
    expect(JSON.parse(doctorJson(found))).toEqual({ schema: 1, ready: false, things: found });
    expect(JSON.parse(doctorJson(diagnosesOf(WELL, CALL)))).toMatchObject({ ready: true });
  });
});

describe("what is looked at", () => {
  let root: string;
  let docker: FakeDocker | null;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "doctor-"));
    docker = null;
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await docker?.[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  });

  async function look(images: readonly string[], faked: Faked): ReturnType<typeof engineFacts> {
    docker = await fakeDocker(root, faked);
    for (const [name, value] of Object.entries(docker.env)) vi.stubEnv(name, value);
    return await engineFacts(images);
  }

  test("is the engine, its command, its images and its own disk", async () => {
    const facts = await look(["debian:13", "golang:1.26"], {
      images: ["debian:13"],
      version: "28.0.0",
    });
    expect(facts).toEqual({
      version: "28.0.0",
      host: docker?.env.DOCKER_HOST,
      command: COMMAND,
      images: ["debian:13", "golang:1.26"],
      missing: ["golang:1.26"],
      free: { bytes: 20_000_000 * 1024, of: "engine" },
    });
    expect(await docker?.calls()).toContainEqual(
      expect.stringMatching(/^run --rm --network none .*--entrypoint df debian:13 -Pk \/$/),
    );
  });

  test("is this machine's disk where no image can tell", async () => {
    const facts = await look(["golang:1.26"], { images: [] });
    expect(facts).toMatchObject({ free: { of: "machine", bytes: expect.any(Number) } });
    expect(await docker?.calls()).not.toContainEqual(expect.stringMatching(/^run /));
  });

  test("is no image where the command does not run: that one is missing says nothing then", async () => {
    const facts = await look(["golang:1.26"], { images: ["golang:1.26"], otherwise: "exit 1" });
    expect(facts).toMatchObject({ command: null, missing: null });
  });

  test("is told apart: buildx or none, an engine or none", async () => {
    const without = `case "$1" in buildx) exit 1;; esac`;
    expect(await look([], { images: [], otherwise: without })).toMatchObject({
      command: { hasBuildx: false },
    });
    vi.stubEnv("DOCKER_HOST", NO_ENGINE);
    expect(await engineFacts([])).toEqual({
      why: expect.stringContaining(`${NO_ENGINE} does not answer`),
    });
  });

  test("is whether a port is free, and whether a terminal can be had", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await isFree(port)).toBe(false);
    server.close();
    await once(server, "close");
    expect(await isFree(port)).toBe(true);
    expect(await terminalTrouble()).toBeNull();
  });

  test("is one document of `workshop doctor --json`, whose exit code is its verdict", async () => {
    docker = await fakeDocker(root, { images: await courseImages() });
    const ready = await say(["doctor", "--json"], root, docker.env);
    expect(ready.err).toBe("");
    expect(JSON.parse(ready.out)).toMatchObject({ schema: 1, ready: true });
    expect(ready.code).toBe(0);
    const none = await say(["doctor"], root);
    expect(none).toMatchObject({ code: 1, err: "" });
    expect(none.out).toMatch(/^BAD {2}engine +DOCKER_HOST=[^]*\nThis machine is not ready\.\n$/m);
  });
});
