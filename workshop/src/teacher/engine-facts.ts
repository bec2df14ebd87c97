import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { execa } from "execa";
import { findEngine } from "slimproof";
import { canBuild, dockerCommand, hasImage, type DockerCommand } from "../docker/command.ts";

export interface EngineFacts {
  readonly version: string;
  /** As DOCKER_HOST takes it. */
  readonly host: string;
  /** The docker command as the learner calls it; null when it does not run, or does not reach the engine. */
  readonly command: {
    readonly version: string;
    readonly hasBuildx: boolean;
    /** What `docker` typed by hand reaches: the engine that judges, another one, or none. */
    readonly byHand: "same" | "other" | "none";
  } | null;
  /** Images that the course starts from, and those of them that the engine lacks; null when no command could ask. */
  readonly images: readonly string[];
  readonly missing: readonly string[] | null;
  /** Bytes that are free, and whose they are: an engine in a virtual machine has a disk of its own. */
  readonly free: { readonly bytes: number; readonly of: "engine" | "machine" };
}

/** What a docker command says is looked at, whatever it leaves with; it has so many milliseconds to end. */
const QUIET = { reject: false, timeout: 30_000, stdin: "ignore" } as const;

/** The engine that would judge, looked at with the docker command; `why` none answers. */
export async function engineFacts(
  images: readonly string[],
): Promise<EngineFacts | { readonly why: string }> {
  const engine = await findEngine().catch((error: Error) => error);
  if (engine === null) return { why: "none answers" };
  if (engine instanceof Error) return { why: engine.message };
  const { version, host } = engine;
  const docker = await dockerCommand();
  const command = await commandFacts(docker);
  const missing = command && (await missingOf(docker, images));
  const there = missing ? images.filter((it) => !missing.includes(it)) : [];
  return { version, host, command, images, missing, free: await freeFor(docker, there) };
}

async function commandFacts({ file, env }: DockerCommand): Promise<EngineFacts["command"]> {
  const run = await execa(file, ["version", "--format", "{{.Client.Version}}"], { ...QUIET, env });
  if (run.exitCode !== 0) return null;
  // Not with the environment that the judge gives it: by hand, the learner has none of that.
  const hasBuildx = await canBuild({ file, env: {} });
  return { version: run.stdout.trim(), hasBuildx, byHand: await reachedByHand({ file, env }) };
}

async function reachedByHand({ file, env }: DockerCommand): Promise<"same" | "other" | "none"> {
  const ask = (name: string, settings: DockerCommand["env"]) =>
    execa(name, ["info", "--format", "{{.ID}}"], { ...QUIET, env: settings });
  const [judging, plain] = await Promise.all([ask(file, env), ask("docker", {})]);
  if (plain.exitCode !== 0) return "none";
  const [own, other] = [judging.stdout?.trim(), plain.stdout.trim()];
  if (own === other) return "same";
  return other === "" ? "none" : "other"; // older commands leave with 0 all the same
}

async function missingOf(
  docker: DockerCommand,
  images: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(images.map((it) => hasImage(docker, it)));
  return images.filter((_, at) => !found[at]);
}

/** The engine's own disk, as a container of Debian sees it, else this machine's. */
async function freeFor(
  { file, env }: DockerCommand,
  images: readonly string[],
): Promise<EngineFacts["free"]> {
  const image = images.find((it) => /^(?:workshop-python|python|debian|golang|node):/.test(it));
  const isolated = ["--rm", "--network", "none", "--log-driver", "none", "--entrypoint", "df"];
  const run = image
    ? await execa(file, ["run", ...isolated, image, "-Pk", "/"], { ...QUIET, env })
    : null;
  const told = /\n\S+\s+\d+\s+\d+\s+(\d+)\s/.exec(run?.stdout ?? "")?.[1];
  if (told !== undefined) return { bytes: Number(told) * 1024, of: "engine" };
  const own = await statfs(tmpdir());
  return { bytes: own.bavail * own.bsize, of: "machine" };
}
