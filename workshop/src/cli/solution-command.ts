import type { Command } from "commander";
import { InputError } from "slimproof";
import { ask } from "./ask.ts";
import { callName, deskAtHand, print, shown } from "./surroundings.ts";

interface Options {
  readonly force?: true;
  readonly yes?: true;
}

export function addSolutionCommand(program: Command): void {
  program
    .command("solution")
    .description("write an exercise's solution to solutions/, once it is done")
    .argument("<name>", "which exercise")
    .option("--force", "before it is done; asks first, and is remembered")
    .option("-y, --yes", "do not ask")
    .action(async (name: string, options: Options, command: Command) => {
      const { choose } = await import("../desk/desk.ts");
      const { copySolution } = await import("../desk/files.ts");
      const { changed, progressOf } = await import("../desk/progress.ts");
      const desk = await deskAtHand(command);
      const exercise = choose(desk.course, name);
      const isDone = progressOf(await desk.state(), exercise.name).done !== null;
      if (!isDone && !options.force)
        throw new InputError(
          `${exercise.name} is not done yet: \`${callName(desk)} hint ${exercise.number}\` helps, --force shows the solution all the same`,
        );
      const question = `Show the solution of ${exercise.name} before it is done?`;
      if (!isDone && !(await ask(question, options.yes === true)))
        return print(["nothing was shown"]);
      if (!isDone) await desk.update((it) => changed(it, exercise.name, () => ({ peeked: true })));
      await copySolution(exercise, desk.solution(exercise));
      print(exercise.edit.map((file) => `${shown(desk.solution(exercise))}/${file}`));
    });
}
