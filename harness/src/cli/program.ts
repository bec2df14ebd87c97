/** The commands, a file each in this folder, which is loaded when it is asked for, and what it needs when it is run. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { callingFolder } from "../command-line/calling-folder.ts";
import { runCommands, type AddCommand } from "../command-line/run.ts";
import { VERSION } from "./version.ts";

/** By their names, one line a command, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  check: async () => (await import("./check-command.ts")).addCheckCommand,
  compare: async () => (await import("./compare-command.ts")).addCompareCommand,
  init: async () => (await import("./init-command.ts")).addInitCommand,
  inspect: async () => (await import("./inspect-command.ts")).addInspectCommand,
  diff: async () => (await import("./diff-command.ts")).addDiffCommand,
  rebuild: async () => (await import("./rebuild-command.ts")).addRebuildCommand,
  cache: async () => (await import("./cache-command.ts")).addCacheCommand,
};

/** The command that is named first, since all others are loaded for the help alone; else all. */
function wanted([named = ""]: readonly string[]): Promise<AddCommand[]> {
  const load = Object.hasOwn(COMMANDS, named) ? COMMANDS[named] : undefined;
  return Promise.all((load ? [load] : Object.values(COMMANDS)).map((one) => one()));
}

/** Parses the arguments, runs what they ask for, and ends the process. Nothing outside cli/ prints. */
export async function runProgram(): Promise<void> {
  const program = new Command("slimproof")
    .description("Is the multi-stage image still the same program, only smaller?")
    .version(VERSION)
    .showHelpAfterError("(run with --help for the options)");
  const from = callingFolder(program.name());
  if (from !== null && existsSync(from)) process.chdir(from);
  await runCommands(program, await wanted(process.argv.slice(2)));
}
