import type { Command } from "commander";
import { collect } from "./arguments.ts";
import { checkPairs, EXIT_CODES, withCheckFlags, type CheckFlags } from "./check-pairs.ts";

/** `slimproof check [FOLDER…]`. */
export function addCheckCommand(program: Command): void {
  withCheckFlags(program.command("check"))
    .description("build, drive, compare and measure each pair")
    .argument("[folder...]", "folders with a parity.yaml, or contract files (default: .)")
    .option("--candidate <name>", "check only this candidate (repeatable)", collect)
    .addHelpText(
      "after",
      `
Examples:
  slimproof check                          the contract in this folder
  slimproof check apps/flask-hello --only greets
  slimproof check apps/* --json > result.json
${EXIT_CODES}`,
    )
    .action(async (folders: string[], flags: CheckFlags) => {
      const { loadContract } = await import("../contract/load.ts");
      const names = folders.length > 0 ? folders : ["."];
      const subjects = await Promise.all(
        names.map(async (folder) => ({ contract: await loadContract(folder), folder })),
      );
      await checkPairs(subjects, flags);
    });
}
