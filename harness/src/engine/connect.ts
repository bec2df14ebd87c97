/**
 * The only files that talk to Docker live in this folder: finding an engine, building, running, saving, cleaning up.
 * Nothing here knows what a probe or a fact is.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { cacheFolder } from "../model/cache-folder.js";
import { EngineError } from "../model/error.ts";
import { HERE } from "./build-args.ts";
import { socketClient, type Self } from "./client.ts";

export interface FoundEngine {
  /** As DOCKER_HOST takes it, e.g. `unix:///var/run/docker.sock`. */
  readonly host: string;
  readonly version: string;
  /** What it runs on, such as `linux/amd64`. */
  readonly platform: string;
  /** The suite of the private engine that this is, null for anybody else's engine. */
  readonly sandbox: string | null;
}

export interface Connection extends FoundEngine {
  readonly docker: Docker;
}

/** Label that the private engine's daemon carries; base images may be made in no other. */
export const SANDBOX_LABEL = "org.slimproof.sandbox";

/** Milliseconds an engine has to answer a ping before the next place is tried. */
const PATIENCE = 5_000;

/** Host of the private engine, whether it runs or not. */
export function sandboxHost(env: NodeJS.ProcessEnv = process.env): string {
  return `unix://${join(cacheFolder(env), "engine", "docker.sock")}`;
}

/**
 * The first engine that answers: DOCKER_HOST, the docker context, the usual sockets, the private engine.
 * Null when none does.
 * @throws EngineError when DOCKER_HOST names an engine (other than the private one) that does not answer:
 * another one would be a surprise.
 */
export async function findEngine(): Promise<FoundEngine | null> {
  return await firstOf(tryHost);
}

async function firstOf<T>(tryOne: (host: string) => Promise<T | null>): Promise<T | null> {
  const named = process.env["DOCKER_HOST"];
  if (named) {
    const found = await tryOne(named);
    if (found || named === sandboxHost()) return found;
    throw new EngineError(
      `DOCKER_HOST=${named} does not answer: start that engine, mend the address, or unset DOCKER_HOST`,
    );
  }
  for (const host of [await contextHost(), ...usualSockets(), sandboxHost()]) {
    const found = host ? await tryOne(host) : null;
    if (found) return found;
  }
  return null;
}

/**
 * The host of the engine that `findEngine` would find, told by a ping alone where it is behind a Unix socket: what engines
 * tell of themselves takes them 10 ms and more.
 * @throws EngineError when no engine answers.
 */
export async function chooseHost(): Promise<string> {
  const found = await firstOf(async (host) => {
    const socket = socketOf(host);
    return socket === null ? ((await tryHost(host))?.host ?? null) : await pinged(host, socket);
  });
  return found ?? noEngine();
}

async function pinged(host: string, socket: string): Promise<string | null> {
  if (!existsSync(socket)) return null;
  try {
    await patiently(socketClient(socket).ping());
    return host;
  } catch {
    return null;
  }
}

function noEngine(): never {
  throw new EngineError(
    "no Docker engine answers (DOCKER_HOST, the docker context and the usual sockets were tried): start Docker, or run `make engine` for a private one",
  );
}

/**
 * As `findEngine`, for who needs one. Sets DOCKER_HOST for this process, so that Testcontainers and the docker
 * command talk to the same engine, and turns Testcontainers' reaper off: its image cannot be had everywhere, and
 * `sweep` removes by label what a killed run left.
 * @throws EngineError when no engine answers.
 */
export async function chooseEngine(): Promise<FoundEngine> {
  const found = (await findEngine()) ?? noEngine();
  process.env["DOCKER_HOST"] = found.host;
  process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
  return found;
}

/** As `chooseEngine`, ready to be used. */
export async function connect(): Promise<Connection> {
  const found = await chooseEngine();
  return { ...found, docker: await dockerAt(found.host) };
}

/** Path of a host's Unix socket, null for one that is reached otherwise. */
export function socketOf(host: string): string | null {
  return host.startsWith("unix://") ? host.slice("unix://".length) : null;
}

function usualSockets(): string[] {
  const runtime = process.env["XDG_RUNTIME_DIR"];
  return [
    "unix:///var/run/docker.sock",
    ...(runtime ? [`unix://${join(runtime, "docker.sock")}`] : []),
    `unix://${join(homedir(), ".docker", "run", "docker.sock")}`,
  ];
}

/** Host of the current docker context, found as the docker command does: DOCKER_CONTEXT, then config.json. */
async function contextHost(): Promise<string | null> {
  const folder = process.env["DOCKER_CONFIG"] || join(homedir(), ".docker");
  try {
    const name = process.env["DOCKER_CONTEXT"] || (await currentContext(folder));
    if (!name || name === "default") return null;
    const id = createHash("sha256").update(name).digest("hex");
    const meta = JSON.parse(
      await readFile(join(folder, "contexts", "meta", id, "meta.json"), "utf8"),
    ) as { Endpoints?: { docker?: { Host?: string } } };
    return meta.Endpoints?.docker?.Host ?? null;
  } catch {
    return null;
  }
}

async function currentContext(folder: string): Promise<string | undefined> {
  const config: unknown = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  return (config as { currentContext?: string }).currentContext;
}

async function tryHost(host: string): Promise<FoundEngine | null> {
  const socket = socketOf(host);
  if (socket !== null && !existsSync(socket)) return null;
  try {
    const engine: Self = socket === null ? await dockerAt(host) : socketClient(socket);
    const [version, info] = (await patiently(Promise.all([engine.version(), engine.info()]))) as [
      { Version: string; Os?: string; Arch?: string },
      { Labels?: string[] | null },
    ];
    if (typeof version.Version !== "string") return null; // some other server
    const label = (info.Labels ?? []).find((text) => text.startsWith(`${SANDBOX_LABEL}=`));
    return {
      host,
      version: version.Version,
      platform: version.Os && version.Arch ? `${version.Os}/${version.Arch}` : HERE,
      sandbox: label ? label.slice(SANDBOX_LABEL.length + 1) : null,
    };
  } catch {
    return null;
  }
}

/** dockerode reads host, TLS and SSH settings from the environment as the docker command does. */
async function dockerAt(host: string): Promise<Docker> {
  const { default: Dockerode } = await import("dockerode");
  const socket = socketOf(host);
  if (socket !== null) return new Dockerode({ socketPath: socket });
  const before = process.env["DOCKER_HOST"];
  process.env["DOCKER_HOST"] = host;
  try {
    return new Dockerode();
  } finally {
    if (before === undefined) delete process.env["DOCKER_HOST"];
    else process.env["DOCKER_HOST"] = before;
  }
}

/** An engine's answer. Rejects when it does not come in time. */
async function patiently<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => {}); // it may still fail after the patience is over
  return await Promise.race([answer, timeout(PATIENCE)]);
}

function timeout(milliseconds: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(reject, milliseconds, new Error("no answer")).unref();
  });
}

/** Host name under which published ports of an engine are reached from here. */
export function portHost(host: string): string {
  return host.startsWith("unix:") ? "127.0.0.1" : new URL(host).hostname.replaceAll(/[[\]]/g, "");
}
