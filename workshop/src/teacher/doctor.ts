/**
 * What a teacher needs around a class: checking a laptop, packing the course into one file, merging progress. Nothing
 * here judges; only commands print.
 */
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { execa } from "execa";
import { bytes, findEngine, openPty } from "slimproof";
import { COURSE } from "../course/load.ts";
import { courseImages, coursePorts } from "./course-images.ts";
import { canBuild, dockerCommand, hasImage, type DockerCommand } from "../docker/command.ts";

/** One thing that was looked at. A class works without what is `warn`, not without what is `bad`. */
export interface Diagnosis {
  readonly about: string;
  readonly state: "ok" | "warn" | "bad";
  readonly found: string;
  /** What to do; null when nothing is to be done. */
  readonly advice: string | null;
}

/** The oldest engine whose `docker build` is BuildKit without being told (release notes of Docker Engine 23.0). */
const OLDEST_ENGINE = 23;
const OLDEST_NODE = 24;
/** Bytes: bases unpacked, and what twins and builds of all exercises add. */
const ROOM = 8_000_000_000;
const LEAST_ROOM = 3_000_000_000;
const PATIENCE = 30_000;

/** Looks a laptop over. Starts at most one short container; changes nothing. */
export async function diagnose(folder: string = COURSE): Promise<readonly Diagnosis[]> {
  const engine = await findEngine().catch((error: Error) => error);
  const machine = [node(), await terminal()];
  if (engine === null || engine instanceof Error) {
    const found = engine === null ? "none answers" : engine.message;
    const advice =
      "start Docker Desktop or `sudo systemctl start docker`, and see that `docker version` names a server; your user has to be in the group docker";
    return [...machine, bad("engine", found, advice), ...(await ports(folder))];
  }
  const docker = await dockerCommand();
  const images = await courseImages(folder);
  const missing = await missingImages(docker, images);
  return [
    ...machine,
    version(engine.version, engine.host),
    await command(docker),
    missing.length === 0
      ? ok("images", `all ${images.length} that the course starts from are there`)
      : bad(
          "images",
          `${missing.length} of ${images.length} are missing: ${missing.join(", ")}`,
          "`pnpm workshop bundle --load FILE` takes them from the teacher's bundle; with a network, `docker pull` those of a registry, and `pnpm workshop check` makes workshop-* first",
        ),
    await room(
      docker,
      images.filter((it) => !missing.includes(it)),
    ),
    ...(await ports(folder)),
  ];
}

/** 0 when nothing is bad. */
export function doctorExit(found: readonly Diagnosis[]): number {
  return found.some(({ state }) => state === "bad") ? 1 : 0;
}

/** One line for each thing, and what to do below it. */
export function doctorText(found: readonly Diagnosis[]): string {
  const marks = { ok: "ok  ", warn: "WARN", bad: "BAD " } as const;
  const lines = found.flatMap(({ about, state, found: what, advice }) => [
    `${marks[state]} ${about.padEnd(8)} ${what}`,
    ...(advice === null ? [] : [`              ${advice}`]),
  ]);
  const sum = doctorExit(found) === 0 ? "This machine is ready." : "This machine is not ready.";
  return [...lines, sum].join("\n");
}

function node(): Diagnosis {
  const found = `Node ${process.versions.node}`;
  return Number.parseInt(process.versions.node) >= OLDEST_NODE
    ? ok("node", found)
    : bad("node", found, `install Node ${OLDEST_NODE} or later: https://nodejs.org`);
}

function version(found: string, host: string): Diagnosis {
  const text = `Docker ${found} at ${host}`;
  return Number.parseInt(found) >= OLDEST_ENGINE
    ? ok("engine", text)
    : warn(
        "engine",
        text,
        `builds need BuildKit; Docker ${OLDEST_ENGINE} and later have it switched on`,
      );
}

async function command({ file, env }: DockerCommand): Promise<Diagnosis> {
  const quiet = { env, reject: false, timeout: PATIENCE, stdin: "ignore" } as const;
  const cli = await execa(file, ["version", "--format", "{{.Client.Version}}"], quiet);
  if (cli.exitCode !== 0)
    return bad(
      "command",
      "the docker command does not run or does not reach the engine",
      "install the docker command line, and see that `docker version` names client and server",
    );
  const own = { file, env: {} }; // as the learner calls it
  return (await canBuild(own))
    ? ok("command", `docker ${cli.stdout}, with buildx`)
    : warn(
        "command",
        `docker ${cli.stdout}, without buildx`,
        "the runner works; for `docker build` by hand install the package docker-buildx-plugin",
      );
}

async function missingImages(
  docker: DockerCommand,
  images: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(images.map(async (it) => await hasImage(docker, it)));
  return images.filter((_, at) => !found[at]);
}

/** The engine's own disk, as a container of Debian sees it, since it may be in a virtual machine; else this machine's. */
async function room({ file, env }: DockerCommand, images: readonly string[]): Promise<Diagnosis> {
  const image = images.find((it) => /^(?:workshop-python|python|debian|golang|node):/.test(it));
  const args = [
    "run",
    "--rm",
    "--network",
    "none",
    "--log-driver",
    "none",
    "--entrypoint",
    "df",
    image ?? "",
    "-Pk",
    "/",
  ];
  const run = image
    ? await execa(file, args, { env, reject: false, timeout: PATIENCE, stdin: "ignore" })
    : null;
  const told = /\n\S+\s+\d+\s+\d+\s+(\d+)\s/.exec(run?.stdout ?? "")?.[1];
  const own = await statfs(tmpdir());
  const free = told === undefined ? own.bavail * own.bsize : Number(told) * 1024;
  const where = told === undefined ? "on this machine" : "for the engine";
  const text = `${bytes(free)} free ${where}`;
  const advice = `the course takes up to ${bytes(ROOM)}: make room, e.g. \`docker image prune\`, or give Docker Desktop a larger disk`;
  if (free < LEAST_ROOM) return bad("disk", text, advice);
  return free < ROOM ? warn("disk", text, advice) : ok("disk", text);
}

/** The judge takes free ports by itself; these are for a learner's own `docker run --publish`. */
async function ports(folder: string): Promise<readonly Diagnosis[]> {
  const asked = await coursePorts(folder);
  const taken = (
    await Promise.all(asked.map(async (it) => ((await isFree(it)) ? [] : [it])))
  ).flat();
  if (taken.length === 0) return [ok("ports", `${asked.join(", ")} are free`)];
  const advice =
    "the judge does not need them; for a `docker run --publish` by hand take another, such as 18080:8080, or stop what listens there";
  return [warn("ports", `taken: ${taken.join(", ")}`, advice)];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Whether programs can be run in a terminal of their own, as the judge does with interactive ones. */
async function terminal(): Promise<Diagnosis> {
  const advice = "install the packages anew: `pnpm install --frozen-lockfile`";
  try {
    const said = await new Promise<string>((resolve, reject) => {
      let text = "";
      const command = { file: "/bin/sh", args: ["-c", "test -t 1 && echo terminal"], env: {} };
      const size = { columns: 80, rows: 24 };
      const pty = openPty(
        command,
        size,
        (it) => (text += it.toString()),
        () => resolve(text),
      );
      setTimeout(() => {
        pty.kill();
        reject(new Error("no answer within five seconds"));
      }, 5_000).unref();
    });
    if (said.includes("terminal")) return ok("terminal", "programs run in a terminal of their own");
    return bad("terminal", "a program in a terminal of its own sees none", advice);
  } catch (error) {
    return bad("terminal", `none can be opened: ${(error as Error).message}`, advice);
  }
}

function ok(about: string, found: string): Diagnosis {
  return { about, state: "ok", found, advice: null };
}

function warn(about: string, found: string, advice: string): Diagnosis {
  return { about, state: "warn", found, advice };
}

function bad(about: string, found: string, advice: string): Diagnosis {
  return { about, state: "bad", found, advice };
}
