import type { Command } from "commander";
import { named } from "./named.ts";
import { deskAtHand, lookFor, print } from "./surroundings.ts";

export function addHintCommand(program: Command): void {
  program
    .command("hint")
    .description("show the next hint, and what the last verdict asks for")
    .argument("[name]", "default: the current exercise")
    .action(async (name: string | undefined, _, command: Command) => {
      const { changed, progressOf } = await import("../desk/progress.ts");
      const { hintBody } = await import("../screen/panels.ts");
      const desk = await deskAtHand(command);
      const exercise = await named(desk, name);
      const state = await desk.update((it) =>
        changed(it, exercise.name, ({ hints }) => ({ hints: Math.min(3, hints + 1) })),
      );
      const { hints, stuck } = progressOf(state, exercise.name);
      const columns = Math.min(100, process.stdout.columns || 80) - 1;
      const body = hintBody(exercise.hints.slice(0, hints), stuck, columns, lookFor(command));
      print([
        `${exercise.name}: ${exercise.title}`,
        ...body.top,
        ...(body.latest ?? []),
        ...body.bottom,
      ]);
    });
}
