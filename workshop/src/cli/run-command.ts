import type { Command } from "commander";
import { named } from "./named.ts";
import { deskAtHand, lookFor, untilInterrupted } from "./surroundings.ts";

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("judge an exercise once, and leave with 0 when it is done")
    .argument("[name]", "default: the current exercise")
    .action(async (name: string | undefined, _, command: Command) => {
      const { runOnce } = await import("./run-once.ts");
      const desk = await deskAtHand(command);
      const exercise = await named(desk, name);
      const signal = untilInterrupted();
      process.exitCode = await runOnce(desk, exercise, { look: lookFor(command), signal });
    });
}
