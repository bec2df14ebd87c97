/** The commands, a file each in this folder, which loads what it needs when it is run. Only this folder prints. */
import { Command } from "commander";
import { runCommands, type AddCommand } from "slimproof";
import { addBundleCommand } from "./bundle-command.ts";
import { addCheckCommand } from "./check-command.ts";
import { addDoctorCommand } from "./doctor-command.ts";
import { addHintCommand } from "./hint-command.ts";
import { addInitCommand } from "./init-command.ts";
import { addListCommand } from "./list-command.ts";
import { addResetCommand } from "./reset-command.ts";
import { addRunCommand } from "./run-command.ts";
import { addScoreboardCommand } from "./scoreboard-command.ts";
import { addShellCommand } from "./shell-command.ts";
import { addSkipCommand } from "./skip-command.ts";
import { addSolutionCommand } from "./solution-command.ts";
import { addVerifyCommand } from "./verify-command.ts";
import { addWatchCommand } from "./watch-command.ts";

/** One line a command, in the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addWatchCommand,
  addInitCommand,
  addListCommand,
  addRunCommand,
  addHintCommand,
  addShellCommand,
  addResetCommand,
  addSolutionCommand,
  addSkipCommand,
  addVerifyCommand,
  addCheckCommand,
  addDoctorCommand,
  addBundleCommand,
  addScoreboardCommand,
];

/** Parses the arguments, runs what they ask for, and ends the process. */
export async function runProgram(): Promise<void> {
  const program = new Command("workshop")
    .description(
      "Learn multi-stage builds by doing: edit a Dockerfile, and be told whether it is still the same program, only smaller.",
    )
    .option(
      "-C, --directory <folder>",
      "the desk to work at (default: where you are, or my-workshop)",
    )
    .option("--no-color", "no colours, and plain characters for bars and marks")
    .showHelpAfterError("(run with --help for the commands)")
    .addHelpText(
      "after",
      "\nNAME is an exercise's name, a part of it, or its number.\nExit codes: 0 done, 1 not yet, 2 it could not be told, 130 on ctrl-c.",
    );
  await runCommands(program, COMMANDS);
}
