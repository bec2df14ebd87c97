#!/usr/bin/env node
/**
 * The command line: its commands are in cli/, a file each, which loads what it needs when it is run. Only here and there
 * is anything printed or the exit code set.
 */
import { Command } from "commander";
import { addCheckCommand } from "./cli/check-command.ts";
import { addCompareCommand } from "./cli/compare-command.ts";
import { failure } from "./cli/failure.ts";

const program = new Command("slimproof")
  .description("Is the multi-stage image still the same program, only smaller?")
  .version("0.1.0")
  .exitOverride()
  .configureHelp({ helpWidth: 80 })
  .showHelpAfterError("(run with --help for the options)");

for (const add of [
  addCheckCommand,
  addCompareCommand, // a line a command, in the order of the help
])
  add(program);

// A crash must not leave with 1, which says that the images differ.
process.on("uncaughtException", (error) => process.exit(failure(error)));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = failure(error);
}
// A socket that an engine holds open must not keep the command from ending.
process.stdout.write("", () => process.exit());
