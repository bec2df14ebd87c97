import type { Command } from "commander";
import { print } from "./surroundings.ts";

export function addScoreboardCommand(program: Command): void {
  program
    .command("scoreboard")
    .description("merge progress files, or desks, into one table")
    .argument("<files...>", "progress files, or folders of desks")
    .option("--json", "one document on standard output")
    .action(async (files: string[], { json }: { json?: true }) => {
      const board = await import("../teacher/scoreboard.ts");
      const { loadCourse } = await import("../course/load.ts");
      const merged = await board.readScoreboard(files);
      const course = await loadCourse();
      print([json ? board.scoreboardJson(merged) : board.scoreboardText(merged, course.length)]);
      process.exitCode = board.scoreboardExit(merged);
    });
}
