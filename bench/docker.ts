/** The docker command as benches need it: an oracle and a floor beside the harness, which talks to the engine itself. */
import { basename, join } from "node:path";
import { execa, execaSync } from "execa";
import { findEngine, type FoundEngine } from "slimproof";
import { undoing } from "./undo.ts";

const IMAGES = join(import.meta.dirname, "images");

/** The engine that answers, which child processes then talk to as well. Throws when none does. */
export async function engine(): Promise<FoundEngine> {
  const found = await findEngine();
  if (!found) throw new Error("no Docker engine answers: start Docker, or run `make engine`");
  process.env["DOCKER_HOST"] = found.host;
  return found;
}

/** What `docker ARGS` writes, as it comes. Throws at its end when it failed. */
export async function* dockerStream(args: readonly string[]): AsyncGenerator<Uint8Array> {
  const child = execa("docker", args, { buffer: { stdout: false }, encoding: "buffer" });
  child.catch(() => {}); // for whoever reads to the end
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    await child;
  } finally {
    child.kill();
  }
}

/** Creates a container that never runs, and removes it after the task. */
export async function withContainer<T>(
  image: string,
  task: (id: string) => Promise<T>,
): Promise<T> {
  // An image without a command has containers all the same, once it is given one.
  const { stdout: id } = await execa("docker", ["create", "--network", "none", image, "/"]);
  return await thenUndo(["rm", "--force", "--volumes", id], () => task(id));
}

/**
 * Builds a target of a Dockerfile (by its name: one of bench/images, else a path) under a tag of this process, and
 * removes the tag after the task.
 */
export async function withBuilt<T>(
  { dockerfile, target, name }: { dockerfile: string; target?: string; name: string },
  task: (tag: string) => Promise<T>,
): Promise<T> {
  const tag = `slimproof-bench:${name}-${process.pid}`;
  await build(dockerfile, tag, target);
  return await thenUndo(["image", "rm", "--force", tag], () => task(tag));
}

/** Builds a Dockerfile in its own folder, or in bench/images when only its name is given. */
export async function build(dockerfile: string, tag: string, target?: string): Promise<void> {
  const isOurs = basename(dockerfile) === dockerfile;
  const file = isOurs ? join(IMAGES, dockerfile) : dockerfile;
  const only = target === undefined ? [] : ["--target", target];
  await execa("docker", [
    "build",
    "--quiet",
    "--tag",
    tag,
    ...only,
    "--file",
    file,
    join(file, ".."),
  ]);
}

/** The id of an image that the engine has. */
export async function idOf(image: string): Promise<string> {
  const { stdout } = await execa("docker", ["image", "inspect", "--format", "{{.Id}}", image]);
  return stdout;
}

/** Whether the engine has an image, or could pull it. */
export async function has(image: string): Promise<boolean> {
  for (const command of ["inspect", "pull"]) {
    const { failed } = await execa("docker", ["image", command, image], { reject: false });
    if (!failed) return true;
  }
  return false;
}

/** Has docker take away what a task used, when that is over. */
async function thenUndo<T>(args: readonly string[], task: () => Promise<T>): Promise<T> {
  return await undoing(() => void execaSync("docker", args, { reject: false }), task);
}
