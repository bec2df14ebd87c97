import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { execa } from "execa";
import { InputError } from "slimproof";
import type { DockerCommand } from "../docker/command.ts";

/** `slimproof` and `workshop` as commands, for whoever has neither on PATH. */
const OWN = join(import.meta.dirname, "bin");

type Environment = Readonly<Record<string, string | undefined>>;

/** The learner's own shell, else one that is there. */
export function shellOf({ SHELL }: Environment): string {
  return [SHELL, "/bin/bash"].find((it) => it && existsSync(it)) ?? "/bin/sh";
}

/** What a shell needs beyond `outer`, so that docker reaches the engine that judges, and slimproof is this checkout's. */
export function shellEnvironment(
  { file, env }: DockerCommand,
  desk: string,
  outer: Environment,
): Environment {
  const docker = isAbsolute(file) ? [dirname(file)] : [];
  const path = [OWN, ...docker, outer["PATH"]].filter(Boolean).join(delimiter);
  const own = { WORKSHOP_NODE: process.execPath, WORKSHOP_DESK: desk };
  // How the command that opened the shell was called says nothing of those that are called in it.
  return { ...env, ...own, PATH: path, WORKSHOP_CALL: undefined, MAKELEVEL: undefined };
}

/**
 * Runs a command at this terminal until it ends, and returns its exit code: 127 when there is no such command, 128 and
 * the signal's number when one ended it. @throws InputError when the folder is gone.
 */
export async function runInShell(
  [file, ...args]: readonly [string, ...string[]],
  folder: string,
  env: Environment,
): Promise<number> {
  if (!existsSync(folder)) throw new InputError(`${folder} is gone: reset that exercise first`);
  // Ctrl-c goes to the command as well, and it is the command that answers it.
  const ignore = (): void => {};
  process.on("SIGINT", ignore);
  const running = execa(file, args, { cwd: folder, env, stdio: "inherit", reject: false });
  const hangUp = (signal: NodeJS.Signals): void => void running.kill(signal);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, hangUp);
  const { exitCode, signal, code, originalMessage } = await running;
  process.off("SIGINT", ignore);
  for (const it of ["SIGTERM", "SIGHUP"] as const) process.off(it, hangUp);
  if (exitCode !== undefined) return exitCode;
  if (signal !== undefined) return 128 + constants.signals[signal];
  process.stderr.write(
    `workshop: ${file}: ${code === "ENOENT" ? "no such command" : originalMessage}\n`,
  );
  return 127;
}
