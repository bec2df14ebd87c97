import { createWriteStream } from "node:fs";
import { chmod, cp, lstat, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { execa } from "execa";
import { bytes, InputError } from "slimproof";
import { prepareBases } from "../bases/prepare.ts";
import { courseImages, offeredImages } from "./course-images.ts";
import { dockerCommand, hasImage, type DockerCommand } from "../docker/command.ts";

/** The folder in the bundle. */
const FOLDER = "slimproof-workshop";
const IMAGES = "images.tar.gz";
const CHECKOUT = resolve(import.meta.dirname, "../../..");

/** What the workshop runs from, of the checkout. Lists of packages of its other parts are there for pnpm alone. */
const SOURCES = [
  "README.md",
  "docs",
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.json",
  "harness/package.json",
  "harness/src",
  "workshop/package.json",
  "workshop/README.md",
  "workshop/TEACHING.md",
  "workshop/AUTHORING.md",
  "workshop/bases",
  "workshop/exercises",
  "workshop/solutions",
  "workshop/src",
];

/** Laptops that a class has; Windows runs it in WSL, which is Linux. */
const PLATFORMS = ["--os=linux", "--os=darwin", "--cpu=x64", "--cpu=arm64"];

export interface BundleOptions {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/**
 * Writes one tar file: the course, what runs it with its packages for all usual laptops, and every image that it starts
 * from. A laptop needs Docker and Node 24 besides, and no network. All is streamed; a half-written file is never left
 * under the name. Images are those of the engine's own platform.
 * @returns bytes of the file.
 * @throws InputError when a package or image cannot be had; EngineError when no engine answers; the signal's reason.
 */
export async function makeBundle(file: string, { signal, log }: BundleOptions): Promise<number> {
  const target = resolve(file);
  await mkdir(dirname(target), { recursive: true });
  await prepareBases({ signal, log });
  const docker = await dockerCommand();
  const images = [
    ...(await fetched(docker, await courseImages(), { signal, log })),
    ...(await fetched(docker, await offeredImages(), { signal, log }, "leave out")),
  ];
  const stage = await mkdtemp(`${target}.stage-`);
  const folder = join(stage, FOLDER);
  try {
    log("the course and its runner");
    for (const path of SOURCES) await copy(join(CHECKOUT, path), join(folder, path));
    await writeFile(join(folder, "start"), START);
    await chmod(join(folder, "start"), 0o755);
    log("packages");
    await step(
      "pnpm",
      ["install", "--prod", "--frozen-lockfile", "--prefer-offline", ...PLATFORMS],
      folder,
      signal,
    );
    log(`${images.length} images: ${images.join(", ")}`);
    await saveImages(docker, images, join(folder, IMAGES), signal);
    log("one file of it all");
    const part = join(stage, "part");
    await step("tar", ["-cf", part, "-C", stage, FOLDER], stage, signal);
    await rename(part, target);
  } finally {
    await rm(stage, { recursive: true, force: true, maxRetries: 3 });
  }
  const { size } = await stat(target);
  log(`${file}: ${bytes(size)}`);
  return size;
}

/**
 * Takes the images out of a bundle into the engine, without unpacking the rest.
 * @throws InputError for what is no bundle; EngineError when no engine answers; the signal's reason.
 */
export async function loadBundle(file: string, { signal, log }: BundleOptions): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new InputError(`${file}: there is no such file`);
  const docker = await dockerCommand();
  log(`images of ${basename(file)}, which takes a minute or two`);
  const options = { cancelSignal: signal, reject: false } as const;
  const unpack = execa("tar", ["-xOf", file, `${FOLDER}/${IMAGES}`], {
    ...options,
    stdin: "ignore",
    buffer: { stdout: false },
  });
  const load = execa(docker.file, ["load", "--quiet"], {
    ...options,
    env: docker.env,
    stdin: unpack.stdout,
  });
  const [unpacked, loaded] = await Promise.all([unpack, load]);
  signal.throwIfAborted();
  if (unpacked.exitCode !== 0)
    throw new InputError(`${file}: no bundle of \`workshop bundle\`: ${lastLine(unpacked.stderr)}`);
  if (loaded.exitCode !== 0)
    throw new InputError(`${file}: its images cannot be loaded: ${lastLine(loaded.stderr)}`);
  for (const line of loaded.stdout.split("\n")) log(line);
}

/** What unpacking alone cannot do, for whoever got the file and nothing else. */
const START = `#!/bin/sh
# Takes the images into Docker, looks this machine over, and starts the workshop. Needs Docker and Node 24, no network.
set -e
cd "$(dirname "$0")"
command -v docker >/dev/null || { echo 'Docker is needed: https://docs.docker.com/get-started/get-docker/' >&2; exit 2; }
node -e 'process.exit(+process.versions.node.split(".")[0] < 24)' || { echo 'Node 24 is needed: https://nodejs.org' >&2; exit 2; }
if [ -f ${IMAGES} ] && [ ! -f .loaded ]; then
  echo 'taking the images into Docker, once'
  docker load --quiet --input ${IMAGES}
  : > .loaded
fi
[ $# -gt 0 ] || node workshop/src/cli.ts doctor
exec node workshop/src/cli.ts "$@"
`;

async function copy(from: string, to: string): Promise<void> {
  if (!(await lstat(from).catch(() => null)))
    throw new InputError(
      `${relative(process.cwd(), from)} is missing: a bundle is made from a whole checkout`,
    );
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => basename(path) !== "node_modules",
  });
}

/** Images that the engine has now; what it lacks is pulled. Those that a text only offers may be left out. */
async function fetched(
  docker: DockerCommand,
  images: readonly string[],
  { signal, log }: BundleOptions,
  otherwise: "fail" | "leave out" = "fail",
): Promise<readonly string[]> {
  const there: string[] = [];
  for (const image of images) {
    if (!(await hasImage(docker, image))) {
      log(`pulling ${image}`);
      const options = { env: docker.env, cancelSignal: signal, reject: false } as const;
      const pull = await execa(docker.file, ["pull", "--quiet", image], {
        ...options,
        stdin: "ignore",
      });
      signal.throwIfAborted();
      if (pull.exitCode !== 0) {
        const why = `${image} cannot be pulled: ${lastLine(pull.stderr)}`;
        if (otherwise === "fail")
          throw new InputError(`${why}; check the network, or \`docker login\``);
        log(`${why}; left out, as only a text offers it`);
        continue;
      }
    }
    there.push(image);
  }
  return there;
}

/** Level 1: images are large, and a class copies them from a stick once. */
async function saveImages(
  docker: DockerCommand,
  images: readonly string[],
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const save = execa(docker.file, ["save", ...images], {
    env: docker.env,
    cancelSignal: signal,
    reject: false,
    stdin: "ignore",
    encoding: "buffer",
    buffer: { stdout: false },
  });
  await pipeline(save.stdout, createGzip({ level: 1 }), createWriteStream(to), { signal });
  const { exitCode, stderr } = await save;
  if (exitCode !== 0)
    throw new InputError(
      `the images cannot be saved: ${lastLine(Buffer.from(stderr).toString())}; \`pnpm workshop doctor\` tells which are missing`,
    );
}

async function step(
  file: string,
  args: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<void> {
  const run = await execa(file, args, {
    cwd,
    cancelSignal: signal,
    reject: false,
    stdin: "ignore",
    all: true,
  });
  signal.throwIfAborted();
  if (run.exitCode !== 0)
    throw new InputError(
      `${file} ${args[0]} failed: ${lastLine(run.all ?? "") || (run.message ?? "").split("\n")[0]}`,
    );
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
