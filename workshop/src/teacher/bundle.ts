import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { bytes, InputError } from "slimproof";
import { prepareBases } from "../bases/prepare.ts";
import { dockerCommand } from "../docker/command.ts";
import { IMAGES, layOut } from "./bundle-contents.ts";
import { fetched, lastLine, saveImages, type BundleOptions } from "./bundle-images.ts";
import { courseImages, offeredImages } from "./course-images.ts";

/** The folder in the bundle. */
const FOLDER = "slimproof-workshop";

/** Laptops that a class has; Windows runs it in WSL, which is Linux. */
const PLATFORMS = ["--os=linux", "--os=darwin", "--cpu=x64", "--cpu=arm64"];

/**
 * Writes one tar file: the course, what runs it with its packages for all usual laptops, and every image that it starts
 * from. A laptop needs Docker and Node 24 besides, and no network. All is streamed; a half-written file is never left
 * under the name. Images are those of the engine's own platform.
 * @returns bytes of the file.
 * @throws InputError when a package or image cannot be had; EngineError when no engine answers; the signal's reason.
 */
export async function makeBundle(
  file: string,
  { signal, log, call }: BundleOptions,
): Promise<number> {
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
    await layOut(folder);
    log("packages");
    await step(
      "pnpm",
      ["install", "--prod", "--frozen-lockfile", "--prefer-offline", ...PLATFORMS],
      folder,
      signal,
    );
    log(`${images.length} images: ${images.join(", ")}`);
    await saveImages(docker, images, join(folder, IMAGES), { signal, call });
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
export async function loadBundle(
  file: string,
  { signal, log, call }: BundleOptions,
): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new InputError(`${file}: there is no such file`);
  const options = { cancelSignal: signal, reject: false, stdin: "ignore" } as const;
  const images = `${FOLDER}/${IMAGES}`;
  const listed = await execa("tar", ["-tf", file, images], options);
  signal.throwIfAborted();
  if (listed.exitCode !== 0)
    throw new InputError(`${file}: no bundle of \`${call} bundle\`: ${lastLine(listed.stderr)}`);
  const docker = await dockerCommand();
  log(`images of ${basename(file)}, which takes a minute or two`);
  const unpack = execa("tar", ["-xOf", file, images], { ...options, buffer: { stdout: false } });
  const loaded = await unpack.pipe(docker.file, ["load", "--quiet"], {
    cancelSignal: signal,
    reject: false,
    env: docker.env,
  });
  signal.throwIfAborted();
  // Whoever stops reading lets the other one fail as well: what the engine said comes first.
  if (loaded.exitCode !== 0)
    throw new InputError(`${file}: its images cannot be loaded: ${lastLine(loaded.stderr)}`);
  const unpacked = await unpack;
  if (unpacked.exitCode !== 0)
    throw new InputError(`${file} is damaged: ${lastLine(unpacked.stderr)}`);
  for (const line of loaded.stdout.split("\n")) log(line);
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
