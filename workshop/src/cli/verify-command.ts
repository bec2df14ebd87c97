import type { Command } from "commander";
import { InputError } from "slimproof";
import { deskAtHand, lookFor, print, untilInterrupted } from "./surroundings.ts";

export function addVerifyCommand(program: Command): void {
  program
    .command("verify")
    .description("judge again, also what passed before")
    .argument("[name]", "which exercise")
    .option("--all", "all of them")
    .action(async (name: string | undefined, options: { all?: true }, command: Command) => {
      const { choose } = await import("../desk/desk.ts");
      const { runOnce } = await import("./run-once.ts");
      const desk = await deskAtHand(command);
      if ((name === undefined) === !options.all)
        throw new InputError("name one exercise, or give --all for all of them");
      const look = lookFor(command);
      const signal = untilInterrupted();
      if (name !== undefined) {
        const exercise = choose(desk.course, name);
        process.exitCode = await runOnce(desk, exercise, { look, signal, isAnew: true });
        return;
      }
      const codes: number[] = [];
      for (const exercise of desk.course)
        codes.push(await runOnce(desk, exercise, { look, signal, isAnew: true, isBrief: true }));
      print([`${codes.filter((it) => it === 0).length} of ${codes.length} done`]);
      process.exitCode = Math.max(...codes);
    });
}
