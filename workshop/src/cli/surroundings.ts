/** What the commands have in common: where the desk is, how it is called, how to print. */
import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { colours, harmless, InputError, interruptible } from "slimproof";
import { findDesk, isDesk, openDesk, type Desk } from "../desk/desk.ts";
import { lookOf, type Look } from "../screen/look.ts";

/** The folder that a desk is made in where none is named. */
export const DEFAULT_DESK = "my-workshop";

interface Globals {
  readonly directory?: string;
  readonly color: boolean;
}

/** The look for what goes to `stream`: --no-color and NO_COLOR win, then FORCE_COLOR, then whether it is a terminal. */
export function lookFor(command: Command, stream: NodeJS.WriteStream = process.stdout): Look {
  return lookOf(colours(command.optsWithGlobals<Globals>(), stream));
}

/** The folder of the desk at hand: that of -C, else the one that we are in or below, else ./my-workshop; null without. */
export async function deskFolder(command: Command): Promise<string | null> {
  const { directory } = command.optsWithGlobals<Globals>();
  if (directory !== undefined) {
    const found = await findDesk(directory);
    if (found !== null) return found;
    throw new InputError(`${directory} is no desk: \`${callName()} init ${directory}\` makes one`);
  }
  const found = await findDesk(process.cwd());
  if (found !== null) return found;
  return (await isDesk(DEFAULT_DESK)) ? resolve(DEFAULT_DESK) : null;
}

/** The desk at hand. What was wrong with its state is told on standard error. @throws InputError when there is none. */
export async function deskAtHand(command: Command): Promise<Desk> {
  const folder = await deskFolder(command);
  if (folder === null)
    throw new InputError(
      `no desk here: \`${callName()} init DIR\` makes one, -C DIR names one that is elsewhere`,
    );
  return await opened(folder);
}

/** Opens a desk; what was wrong with its state is told on standard error. */
export async function opened(folder: string): Promise<Desk> {
  const desk = await openDesk(folder);
  if (desk.damaged !== null) process.stderr.write(`workshop: ${desk.damaged}\n`);
  return desk;
}

/**
 * How the learner calls us with arguments, for the commands in messages: as they did, else by the runner in the folder
 * of their desk, where they have one.
 */
export function callName(desk?: Pick<Desk, "folder">): string {
  const call = process.env["WORKSHOP_CALL"];
  if (call) return harmless(call.slice(0, 200));
  if (process.env["npm_lifecycle_event"] === "workshop") return "pnpm workshop";
  if (!desk) return `node ${shown(join(import.meta.dirname, "..", "cli.js"))}`;
  const runner = shown(join(desk.folder, "workshop"));
  return runner.includes("/") ? runner : `./${runner}`;
}

/** How the learner called us without arguments: make takes none. */
export function bareCallName(desk: Pick<Desk, "folder">): string {
  const isMade = process.env["MAKELEVEL"] !== undefined && !process.env["WORKSHOP_CALL"];
  return isMade ? "make workshop" : callName(desk);
}

/** A path as the learner would name it from where they are. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path);
  if (near === "") return ".";
  return near.startsWith("../../..") ? path : near;
}

/** Whether a person sits before both ends, so that watch mode and questions make sense. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true && !process.env["CI"];
}

/** A signal that is aborted when the process is asked to end, which it says. */
export function untilInterrupted(): AbortSignal {
  return interruptible("progress is saved, what was started is removed");
}

/** Prints lines on standard output. */
export function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}
