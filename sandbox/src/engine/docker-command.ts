/** Gives a host without a docker command the one that came with the engine's root. */
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheRoot, type EngineFolder } from "./folder.ts";

/** Folder of the wrapper, to be put on PATH. */
export function commandFolder(cache: string = cacheRoot()): string {
  return join(cache, "bin");
}

/** Whether a `docker` is on PATH, `ours` not counted. */
export function hostHasDocker(ours: string, path: string = process.env["PATH"] ?? ""): boolean {
  return path
    .split(delimiter)
    .some((folder) => folder !== ours && existsSync(join(folder, "docker")));
}

/**
 * Writes `<cache>/bin/docker`. It runs the root's docker through the root's own dynamic loader, since the host's libc
 * may be older than the one that docker was linked with.
 */
export async function writeDockerCommand(engine: EngineFolder, folder: string): Promise<void> {
  const libraries = (await readdir(join(engine.root, "usr/lib"))).find((name) =>
    name.endsWith("-linux-gnu"),
  );
  const library = join(engine.root, "usr/lib", libraries ?? "");
  const loader = (await readdir(library)).find((name) => /^ld-linux-[\w-]+\.so\.\d$/.test(name));
  if (!loader)
    throw new Error(`${library} holds no dynamic loader: remove ${engine.root} and start again`);
  const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;
  await mkdir(folder, { recursive: true });
  const file = join(folder, "docker");
  await writeFile(
    file,
    `#!/bin/sh\n# The docker command of Slimproof's private engine.\nexec ${quoted(join(library, loader))} --library-path ${quoted(library)} ${quoted(join(engine.root, "usr/bin/docker"))} "$@"\n`,
  );
  await chmod(file, 0o755);
}
