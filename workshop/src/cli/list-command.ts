import type { Command } from "commander";
import { callName, deskAtHand, lookFor, print } from "./surroundings.ts";

/** Columns where there is no terminal: a pipe has room for whole lines. */
const UNCUT = 200;

export function addListCommand(program: Command): void {
  program
    .command("list")
    .description("show all exercises and how far you are")
    .action(async (_, command: Command) => {
      const { statuses } = await import("../desk/desk.ts");
      const { countDone, currentOf } = await import("../desk/progress.ts");
      const { listBody } = await import("../screen/panels.ts");
      const desk = await deskAtHand(command);
      const look = lookFor(command);
      const state = await desk.state();
      const found = await statuses(desk, state);
      const current = currentOf(state, desk.course);
      const all = desk.course.map((exercise) => ({
        exercise,
        status: found.get(exercise.name) ?? ("open" as const),
        isCurrent: exercise === current,
      }));
      const columns = process.stdout.columns || UNCUT;
      const { top, bottom } = listBody(all, columns - 1, all.length, look, callName(desk));
      print([...top, ...bottom, ` ${countDone(state, desk.course)} of ${desk.course.length} done`]);
    });
}
