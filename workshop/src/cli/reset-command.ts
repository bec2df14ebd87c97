import type { Command } from "commander";
import { InputError } from "slimproof";
import { ask } from "./ask.ts";
import { deskAtHand, print, shown } from "./surroundings.ts";

interface Options {
  readonly all?: true;
  readonly yes?: true;
}

export function addResetCommand(program: Command): void {
  program
    .command("reset")
    .description("bring an exercise back as it was; what you have is kept beside it")
    .argument("[name]", "which exercise")
    .option("--all", "all of them, and the progress with them")
    .option("-y, --yes", "do not ask")
    .action(async (name: string | undefined, options: Options, command: Command) => {
      const { choose } = await import("../desk/desk.ts");
      const { resetExercise } = await import("../desk/files.ts");
      const desk = await deskAtHand(command);
      if ((name === undefined) === !options.all)
        throw new InputError("name one exercise, or give --all for all of them");
      const chosen = name === undefined ? desk.course : [choose(desk.course, name)];
      if (options.all) {
        const question = `Put all ${desk.course.length} exercises back as they were, and forget the progress?`;
        if (!(await ask(question, options.yes === true))) return print(["nothing was changed"]);
      }
      for (const exercise of chosen) {
        const kept = await resetExercise(exercise, desk.place(exercise));
        const tail = kept === null ? "" : `; what you had is in ${shown(kept)}`;
        print([`${exercise.name} is as it was${tail}`]);
      }
      if (options.all) await desk.update((it) => ({ ...it, current: null, exercises: {} }));
    });
}
