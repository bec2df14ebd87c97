import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** What a command took, from its start to its end. */
export interface Taken {
  readonly seconds: number;
  /** Processor seconds of the command and its children (not of the engine that it asks); null without GNU time. */
  readonly processor: number | null;
  /** The most memory that one of its processes held, in bytes; null without GNU time. */
  readonly peak: number | null;
  readonly stdout: string;
}

export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Else what it prints goes to /dev/null. */
  readonly keepOutput?: true;
}

/**
 * Runs commands in a folder under GNU time, which forks from a small process: what a child of ours reports of itself
 * would be at least our own size. What the one before left to be written to the disk is written first, by sync(1), so that
 * nobody pays for another: an engine writes gigabytes for a `docker save`. Throws when a command fails.
 */
export async function stopwatch(cwd: string): Promise<(command: Command) => Promise<Taken>> {
  const { stdout } = await execa("/usr/bin/time", ["--version"], { reject: false });
  const hasTime = /GNU/.test(String(stdout));
  const file = join(cwd, "time");
  return async ({ argv, env = {}, keepOutput }) => {
    const time = ["/usr/bin/time", "--format", "%U %S %M", "--output", file];
    const [command = "", ...args] = hasTime ? [...time, ...argv] : argv;
    await execa("sync", { reject: false }); // Windows has none
    const began = performance.now();
    const run = await execa(command, args, {
      cwd,
      env,
      stdin: "ignore",
      stdout: keepOutput ? "pipe" : "ignore",
    });
    const seconds = (performance.now() - began) / 1000;
    const told = hasTime ? (await readFile(file, "utf8")).trim().split(" ").map(Number) : [];
    const [user, system, kilobytes] = told;
    const processor = user === undefined || system === undefined ? null : user + system;
    const peak = kilobytes === undefined ? null : kilobytes * 1024;
    return { seconds, processor, peak, stdout: keepOutput ? String(run.stdout) : "" };
  };
}
