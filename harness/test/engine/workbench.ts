/** What tests with a real engine need: contexts to build from, plain specs, and a look at what is left of ours. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { onTestFinished } from "vitest";
import type { BuildOptions } from "../../src/engine/build.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { OWNER, OWNER_LABEL } from "../../src/engine/owner.ts";
import type { ContainerSpec } from "../../src/model/container.ts";
import type { ImageSource } from "../../src/model/contract.ts";
import type { Image } from "../../src/model/image.ts";

export const BASE = "debian:trixie-slim";

type BuildSource = Extract<ImageSource, { kind: "build" }>;

/** A temporary folder with these files, removed after the test; an executable begins with `#!`. */
export function folder(files: Readonly<Record<string, string>>): string {
  const made = mkdtempSync(join(tmpdir(), "slimproof-test-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true });
    writeFileSync(join(made, path), text);
    if (text.startsWith("#!")) chmodSync(join(made, path), 0o755);
  }
  return made;
}

export function source(context: string, more: Partial<BuildSource> = {}): BuildSource {
  return {
    kind: "build",
    dockerfile: "Dockerfile",
    context,
    target: null,
    args: {},
    platform: null,
    ...more,
  };
}

export function options(more: Partial<BuildOptions> = {}): BuildOptions {
  return {
    cache: true,
    keep: false,
    signal: new AbortController().signal,
    onEvent: () => {},
    ...more,
  };
}

/** Builds a Dockerfile, given as text, that needs nothing from its context. */
export async function build(
  engine: Engine,
  dockerfile: string,
  more: Partial<BuildSource> = {},
): Promise<Image> {
  return await engine.image(source(folder({ Dockerfile: dockerfile }), more), options());
}

/** A shell command in the base image, bounded, without a network. */
export function spec(command: string | null, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    image: BASE,
    args: command === null ? null : ["sh", "-c", command],
    env: {},
    user: null,
    readOnly: false,
    tmpfs: [],
    memory: 128_000_000,
    pids: 64,
    network: "none",
    mounts: [],
    ports: [],
    stdin: false,
    ...more,
  };
}

/** Runs a container to its end and gives what it printed. */
export async function output(engine: Engine, of: ContainerSpec): Promise<string> {
  await using container = await engine.containers.start(of);
  const { code, error } = await container.end;
  const text = container.stdout.bytes().toString();
  const complaint = `${error}${container.stderr.bytes().toString()}`;
  if (code !== 0 || complaint) throw new Error(`exit code ${code}: ${complaint}, printed: ${text}`);
  return text;
}

/** How many containers and images of an owner there are. */
export async function leftOf(
  docker: Docker,
  owner: string = OWNER,
): Promise<{ readonly containers: number; readonly images: number; readonly networks: number }> {
  const filters = JSON.stringify({ label: [`${OWNER_LABEL}=${owner}`] });
  const [containers, images, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listImages({ filters }),
    docker.listNetworks({ filters }),
  ]);
  return { containers: containers.length, images: images.length, networks: networks.length };
}

/** Waits until a question is answered with yes, without sleeping longer than a moment. */
export async function until(
  question: () => Promise<boolean> | boolean,
  within = 20_000,
): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await question())) {
    if (Date.now() > deadline) throw new Error(`not within ${within} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
