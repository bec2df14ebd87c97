import type { Command } from "commander";
import { deskAtHand, lookFor, print } from "./surroundings.ts";

export function addListCommand(program: Command): void {
  program
    .command("list")
    .description("show all exercises and how far you are")
    .action(async (_, command: Command) => {
      const { statuses } = await import("../desk/desk.ts");
      const { countDone, currentOf } = await import("../desk/progress.ts");
      const { legend, listLines } = await import("../screen/panels.ts");
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
      const columns = Math.max(40, (process.stdout.columns || 100) - 1);
      const done = `${countDone(state, desk.course)} of ${desk.course.length} done`;
      print([
        ...listLines(all, columns, all.length, look),
        look.paint("dim", ` ${done}   ${legend(all, look)}`),
      ]);
    });
}
