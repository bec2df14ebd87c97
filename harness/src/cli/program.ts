/** The commands, a file each in this folder, which loads what it needs when it is run. */
import { Command } from "commander";
import { addCacheCommand } from "./cache-command.ts";
import { addCheckCommand } from "./check-command.ts";
import { addCompareCommand } from "./compare-command.ts";
import { addDiffCommand } from "./diff-command.ts";
import { failure } from "./failure.ts";
import { addInitCommand } from "./init-command.ts";
import { addInspectCommand } from "./inspect-command.ts";
import { addRebuildCommand } from "./rebuild-command.ts";
import { VERSION } from "./version.ts";

/** One line a command, in the order of the help. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  addCheckCommand,
  addCompareCommand,
  addInitCommand,
  addInspectCommand,
  addDiffCommand,
  addRebuildCommand,
  addCacheCommand,
];

/** Parses the arguments, runs what they ask for, and ends the process. Nothing outside cli/ prints or sets the exit code. */
export async function runProgram(): Promise<void> {
  const program = new Command("slimproof")
    .description("Is the multi-stage image still the same program, only smaller?")
    .version(VERSION)
    .exitOverride()
    .configureHelp({ helpWidth: 80, minWidthToWrap: 20 })
    .showHelpAfterError("(run with --help for the options)");
  for (const add of COMMANDS) add(program);

  // A crash must not leave with 1, which says that the images differ.
  process.on("uncaughtException", (error) => process.exit(failure(error)));
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = failure(error);
  }
  // A socket that an engine holds open must not keep the command from ending.
  process.stdout.write("", () => process.exit());
}
