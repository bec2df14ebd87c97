/** How every command line of this house ends: what it prints then, and its exit code. Nothing here knows a command. */
import type { Command } from "commander";
import { failure } from "./failure.ts";

/** Adds one command to a program. */
export type AddCommand = (program: Command) => void;

/** Parses the arguments, runs the command that they ask for, and ends the process. `commands` stand in the help's order. */
export async function runCommands(
  program: Command,
  commands: readonly AddCommand[],
): Promise<void> {
  program.exitOverride().configureHelp({ helpWidth: 80, minWidthToWrap: 20 });
  for (const add of commands) add(program); // a command takes over what the program has set by now
  // A crash must not leave with 1, which is an answer: the images differ, or the exercise is not done yet.
  process.on("uncaughtException", (error) => process.exit(failure(program.name(), error)));
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = failure(program.name(), error);
  }
  // A socket that an engine holds open must not keep the command from ending.
  process.stdout.write("", () => process.exit());
}
