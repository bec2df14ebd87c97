/** The commands, a file each in this folder, which loads what it needs when it is run. */
import { existsSync } from "node:fs";
import { Command } from "commander";
import { callingFolder } from "../command-line/calling-folder.ts";
import { runCommands, type AddCommand } from "../command-line/run.ts";
import { addCacheCommand } from "./cache-command.ts";
import { addCheckCommand } from "./check-command.ts";
import { addCompareCommand } from "./compare-command.ts";
import { addDiffCommand } from "./diff-command.ts";
import { addInitCommand } from "./init-command.ts";
import { addInspectCommand } from "./inspect-command.ts";
import { addRebuildCommand } from "./rebuild-command.ts";
import { VERSION } from "./version.ts";

/** One line a command, in the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addCheckCommand,
  addCompareCommand,
  addInitCommand,
  addInspectCommand,
  addDiffCommand,
  addRebuildCommand,
  addCacheCommand,
];

/** Parses the arguments, runs what they ask for, and ends the process. Nothing outside cli/ prints. */
export async function runProgram(): Promise<void> {
  const program = new Command("slimproof")
    .description("Is the multi-stage image still the same program, only smaller?")
    .version(VERSION)
    .showHelpAfterError("(run with --help for the options)");
  const from = callingFolder(program.name());
  if (from !== null && existsSync(from)) process.chdir(from);
  await runCommands(program, COMMANDS);
}
