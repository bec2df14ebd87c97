import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { execa } from "execa";
import type { Exercise } from "../course/exercise.ts";
import { madeBy, misfit, shownIn, type Shown } from "./console.ts";
import { dockerCommand } from "../docker/command.ts";
import type { Fault } from "./finding.ts";

const WITHIN = 5 * 60_000;
const SLIMPROOF = resolve(import.meta.dirname, "../../../harness/src/cli.js");

/**
 * Runs what an exercise's README prints, in copies of its folder, and tells what did not come out as shown. Images and
 * containers that the commands name are removed in the end.
 * @throws the signal's reason.
 */
export async function consoleFaults(
  exercise: Exercise,
  signal: AbortSignal,
): Promise<readonly Fault[]> {
  const text = await readFile(join(exercise.folder, "README.md"), "utf8").catch(() => "");
  const shown = shownIn(text);
  if (shown.length === 0) return [];
  const root = await mkdtemp(join(tmpdir(), "slimproof-workshop-"));
  const env = await environment(join(root, "bin"));
  try {
    await makeProgram(join(root, "bin"));
    const starter = join(root, "starter", exercise.name);
    const solved = join(root, "solution", exercise.name);
    for (const folder of [starter, solved]) await cp(exercise.folder, folder, { recursive: true });
    await cp(exercise.solution, solved, { recursive: true });
    const faults: Fault[] = [];
    for (const it of shown) {
      const message = await wrong(it, it.solved ? solved : starter, env, signal);
      if (message === null) continue;
      faults.push({
        of: exercise.name,
        about: "console",
        message: `README.md:${it.line}: ${message}`,
      });
      break; // what follows builds on it
    }
    return faults;
  } finally {
    await remove(shown, env);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function wrong(
  { command, output }: Shown,
  cwd: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | null> {
  const run = await execa("sh", ["-c", command], {
    cwd,
    env,
    all: true,
    reject: false,
    stdin: "ignore",
    timeout: WITHIN,
    cancelSignal: signal,
    maxBuffer: 1_000_000,
  });
  signal.throwIfAborted();
  if (run.timedOut) return `\`${command}\` did not end within five minutes`;
  const end = run.all.trimEnd().split("\n").at(-1) ?? "";
  if (output.length === 0)
    return run.exitCode === 0 ? null : `\`${command}\` ended with ${run.exitCode}: ${end}`;
  const line = misfit(output, run.all);
  return line === null
    ? null
    : `\`${command}\` does not write ${JSON.stringify(line)}; it wrote:\n${run.all.trimEnd()}`;
}

/** This checkout's slimproof, by the Node that runs this. */
async function makeProgram(folder: string): Promise<void> {
  await mkdir(folder);
  const file = join(folder, "slimproof");
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${SLIMPROOF}' "$@"\n`);
  await chmod(file, 0o755);
}

/** The docker command, and slimproof in `bin`, both talking to the engine that judges. */
async function environment(bin: string): Promise<Readonly<Record<string, string>>> {
  const { file, env } = await dockerCommand();
  const folders = [bin, process.env["PATH"] ?? "", ...(file.includes("/") ? [dirname(file)] : [])];
  return { ...env, PATH: folders.join(delimiter), NO_COLOR: "1", BUILDKIT_PROGRESS: "plain" };
}

async function remove(
  shown: readonly Shown[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { images, containers } = madeBy(shown.map(({ command }) => command));
  const quiet = { env, reject: false, timeout: 60_000 } as const;
  if (containers.length > 0)
    await execa("docker", ["rm", "--force", "--volumes", ...containers], quiet);
  if (images.length > 0) await execa("docker", ["image", "rm", ...images], quiet);
}
