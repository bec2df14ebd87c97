import type { Command } from "commander";
import { callName, DEFAULT_DESK, print, shown } from "./surroundings.ts";

interface Options {
  readonly name?: string;
  readonly course?: string;
}

export function addInitCommand(program: Command): void {
  program
    .command("init")
    .description("make a desk: a folder with a copy of every exercise, to work in")
    .argument("[folder]", "a folder that is not there, or is empty", DEFAULT_DESK)
    .option("--name <learner>", "your name on a scoreboard (default: that of the system)")
    .option("--course <folder>", "exercises to take instead of the checkout's own")
    .action(async (folder: string, options: Options) => {
      const { makeDesk } = await import("../desk/make.ts");
      const { defaultLearner } = await import("../desk/desk.ts");
      const learner = options.name ?? defaultLearner();
      const desk = await makeDesk(folder, { learner, course: options.course ?? null });
      print([
        desk === "made"
          ? `${shown(folder)} is your desk: exercises/ to edit, and ./workshop to run.`
          : `${shown(folder)} is your desk again, all exercises as you left them; \`verify --all\` finds what is done.`,
        `Next: cd ${shown(folder)} && ./workshop`,
        `(or from here: ${callName()} -C ${shown(folder)})`,
      ]);
    });
}
