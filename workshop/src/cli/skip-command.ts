import type { Command } from "commander";
import { InputError } from "slimproof";
import { named } from "./named.ts";
import { deskAtHand, print } from "./surroundings.ts";

export function addSkipCommand(program: Command): void {
  program
    .command("skip")
    .description("leave an exercise for later and go on with the next")
    .argument("[name]", "default: the current exercise")
    .action(async (name: string | undefined, _, command: Command) => {
      const { arrived, changed, currentOf, nextAfter, progressOf } =
        await import("../desk/progress.ts");
      const desk = await deskAtHand(command);
      const exercise = await named(desk, name);
      const before = await desk.state();
      if (progressOf(before, exercise.name).done !== null)
        throw new InputError(`${exercise.name} is done: there is nothing to skip`);
      const isCurrent = currentOf(before, desk.course).name === exercise.name;
      const state = await desk.update((it) =>
        changed(it, exercise.name, () => ({ skipped: true })),
      );
      const following = nextAfter(state, desk.course, exercise);
      if (isCurrent && following)
        await desk.update((it) => arrived(it, following.name, new Date()));
      print([
        `${exercise.name} is left for later`,
        ...(isCurrent && following ? [`next: ${following.name}, ${following.title}`] : []),
      ]);
    });
}
