/** Gives a host without a docker command the one that came with the engine's root. */
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { $ } from "zx";
import type { EngineFolder } from "./folder.ts";

/** Whether a `docker` is on PATH, the folder `ours` not counted. */
export function hostHasDocker(ours: string, path: string = process.env["PATH"] ?? ""): boolean {
  return path
    .split(delimiter)
    .some((folder) => folder !== ours && existsSync(join(folder, "docker")));
}

/** Whether the docker command cannot build with BuildKit by itself, and could with the plugin in the folder `ours`. */
export async function lacksBuildx(ours: string): Promise<boolean> {
  if (!existsSync(join(ours, "cli-plugins/docker-buildx"))) return false;
  const docker = hostHasDocker(ours) ? "docker" : join(ours, "docker");
  return (await $({ nothrow: true, quiet: true })`${docker} buildx version`).exitCode !== 0;
}

/** What is wrapped, by its place in the root. The folder can serve as DOCKER_CONFIG, where the command looks for its plugins. */
const PROGRAMS = {
  docker: "usr/bin/docker",
  "cli-plugins/docker-buildx": "usr/libexec/docker/cli-plugins/docker-buildx",
} as const;

/**
 * Writes `docker` (and its buildx plugin, in suites that have it) into `folder`. They run the root's programs through
 * the root's own dynamic loader, since the host's libc may be older than the one that they were linked with.
 */
export async function writeDockerCommand(engine: EngineFolder, folder: string): Promise<void> {
  const libraries = join(engine.root, "usr/lib");
  const triplet = (await readdir(libraries)).find((name) => name.endsWith("-linux-gnu"));
  const library = join(libraries, triplet ?? "");
  const loader = (await readdir(library)).find((name) => /^ld-linux-[\w-]+\.so\.\d$/.test(name));
  if (!loader)
    throw new Error(`${library} has no dynamic loader: remove ${engine.root} and start again`);
  for (const [name, program] of Object.entries(PROGRAMS)) {
    if (!existsSync(join(engine.root, program))) continue;
    const file = join(folder, name);
    const words = [join(library, loader), "--library-path", library, join(engine.root, program)];
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`);
    await chmod(file, 0o755);
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
