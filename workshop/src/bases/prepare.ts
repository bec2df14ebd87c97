/** The base images that the course makes itself, of what stands in workshop/bases. Nothing here knows an exercise. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { execa, ExecaError } from "execa";
import { EngineError, InputError, readDockerfile } from "slimproof";
import { dockerCommand, type DockerCommand } from "../docker/command.ts";

/** Carries the digest of the files that a base was built from. */
const FILES_LABEL = "org.slimproof.workshop.files";

export const basesFolder = join(import.meta.dirname, "../../bases");

export interface PrepareOptions {
  readonly signal: AbortSignal;
  /** Is told a line when something is built, which takes half a minute and needs the package registries. */
  readonly log: (line: string) => void;
  /** Another folder than the course's own, for tests. */
  readonly folder?: string;
}

/** A base of the course: a folder below workshop/bases, and the name that exercises call it by. */
export interface CourseBase {
  readonly folder: string;
  /** `workshop-python:3.13` */
  readonly tag: string;
  /** Of all its files, names included. */
  readonly digest: string;
}

/**
 * Has the engine hold every base of the course as its folder says now; what is there already is left alone. Returns
 * their names.
 * @throws EngineError when no engine answers or a base cannot be built, the reason of `signal` when that is aborted.
 */
export async function prepareBases(options: PrepareOptions): Promise<readonly string[]> {
  const { signal, log, folder = basesFolder } = options;
  const bases = await courseBases(folder);
  const docker = runner(await dockerCommand(), signal);
  for (const base of bases) {
    if ((await builtDigest(docker, base.tag)) === base.digest) continue;
    log(`making ${base.tag}, once`);
    await build(docker, base);
  }
  return bases.map(({ tag }) => tag);
}

/**
 * What each folder below `folder` makes, in order of their names. The tag is `workshop-NAME:VERSION`, with the version of
 * the image that its last stage is built on: `FROM python:3.13-slim` in `python/` makes workshop-python:3.13.
 * @throws InputError when a folder has no Dockerfile, or one without a base that has a version.
 */
export async function courseBases(folder: string = basesFolder): Promise<readonly CourseBase[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return await Promise.all(names.sort().map((name) => courseBase(join(folder, name), name)));
}

async function courseBase(folder: string, name: string): Promise<CourseBase> {
  const file = join(folder, "Dockerfile");
  const text = await readFile(file, "utf8").catch(() => "");
  const from = readDockerfile(text, {}).stages.at(-1)?.from ?? "";
  const version = /:([\w.]+)/.exec(from)?.[1];
  if (!version)
    throw new InputError(
      `${relative(process.cwd(), file)}: its last FROM names no version: write e.g. \`FROM python:3.13-slim\``,
    );
  return { folder, tag: `workshop-${name}:${version}`, digest: await digestOf(folder) };
}

async function digestOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  for (const file of files.sort()) {
    const content = await readFile(file);
    hash.update(`${relative(folder, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

type Docker = (args: readonly string[]) => Promise<string>;

function runner({ file, env }: DockerCommand, signal: AbortSignal): Docker {
  return async (args) => {
    signal.throwIfAborted();
    try {
      const run = execa(file, args, { env, cancelSignal: signal, stdin: "ignore" });
      return (await run).stdout;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  };
}

/** Null when there is no such image. */
async function builtDigest(docker: Docker, tag: string): Promise<string | null> {
  const format = `{{index .Config.Labels "${FILES_LABEL}"}}`;
  const images = await docker(["image", "ls", "--quiet", tag]);
  return images === "" ? null : await docker(["image", "inspect", "--format", format, tag]);
}

async function build(docker: Docker, { folder, tag, digest }: CourseBase): Promise<void> {
  try {
    await docker(["build", "--tag", tag, "--label", `${FILES_LABEL}=${digest}`, folder]);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const said = `${String(error.stdout)}\n${String(error.stderr)}`.trim().split("\n");
    throw new EngineError(
      `${tag} could not be made; it is built once, and needs the package registries for that:\n${said.slice(-12).join("\n")}`,
      { cause: error },
    );
  }
}
