import { posix } from "node:path";
import { locate, resolve, type Place } from "../measure/tree/tree.ts";
import type { Evidence, Side } from "./evidence.ts";

/** What the engine looks through when an image sets no PATH (runc, and Docker's own default). */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a probe makes a container run: ENTRYPOINT and CMD, or an exec's own words. */
export function argvOf(
  { probe, run }: Pick<Evidence, "probe" | "run">,
  side: Side,
): readonly string[] {
  if (probe?.kind === "exec") return probe.argv;
  const own = probe?.kind === "command" ? probe.args : null;
  return [...(side.config.entrypoint ?? []), ...(own ?? run.args ?? side.config.cmd ?? [])];
}

/** The value of a variable in the container. */
export function variable(evidence: Evidence, side: Side, name: string): string | null {
  const { probe, run } = evidence;
  const own = probe?.kind === "command" ? probe.env : {};
  for (const env of [own, run.env, side.config.env])
    if (Object.hasOwn(env, name)) return env[name] ?? null;
  return null;
}

/** Where a relative path leads in a container. */
export function absolutePath(side: Side, path: string): string {
  return posix.resolve(side.config.workdir || "/", path);
}

/** The candidates for a command: a path as it is, a bare name in each folder of PATH. */
function placesOf(evidence: Evidence, side: Side, command: string): readonly string[] {
  if (command.includes("/")) return [absolutePath(side, command)];
  const path = variable(evidence, side, "PATH") ?? DEFAULT_PATH;
  return path.split(":").map((folder) => posix.join(absolutePath(side, folder), command));
}

/** The file that a command is, links followed; null when there is none. A file that may not be run counts. */
export function commandFile(evidence: Evidence, side: Side, command: string): Place | null {
  for (const path of placesOf(evidence, side, command)) {
    const found = resolve(side.tree, path);
    if (found && found.node.inode.kind === "file") return found;
  }
  return null;
}

/** The path that a command is found by, which may be a link's; null when there is no such file. */
export function commandPath(evidence: Evidence, side: Side, command: string): string | null {
  const isFile = (path: string): boolean => resolve(side.tree, path)?.node.inode.kind === "file";
  return placesOf(evidence, side, command).find(isFile) ?? null;
}

/** A link of the command's name that leads nowhere. */
export function danglingLink(evidence: Evidence, side: Side, command: string): Place | null {
  for (const path of placesOf(evidence, side, command)) {
    const found = locate(side.tree, path);
    if (found?.node.inode.kind === "symlink" && !resolve(side.tree, path)) return found;
  }
  return null;
}

const SHELL = /(?:^|\/)(?:ba|da|a|z|k|mk|c|tc)?sh$|(?:^|\/)(?:busybox|fish)$/;

export function isShell(path: string): boolean {
  return SHELL.test(path);
}

/** The command line of a shell form (`["/bin/sh", "-c", LINE]`), null for an exec form. */
export function shellLine(argv: readonly string[]): string | null {
  const [shell = "", flag = "", line] = argv;
  return isShell(shell) && /^-\w*c$/.test(flag) && line !== undefined ? line : null;
}

/** The words of a shell's line that needs no shell; null where it takes one to tell them. */
export function plainWords(line: string): readonly string[] | null {
  if (!/^[\w\s./:=@%+,-]+$/.test(line)) return null;
  const words = line.trim().split(/\s+/);
  if (words[0] === "exec") words.shift(); // what a shell becomes is what is started without one
  return /^[^=-][^=]*$/.test(words[0] ?? "") ? words : null; // an assignment or an option of exec is no program
}

/** A command of the baseline as the candidate can be given it; null when only a shell could run it, which the candidate lacks. */
export function runnable(evidence: Evidence, argv: readonly string[]): readonly string[] | null {
  const line = shellLine(argv);
  if (line === null || commandFile(evidence, evidence.candidate, argv[0] ?? "") !== null)
    return argv;
  return plainWords(line);
}
