import type { Command } from "commander";
import { print, untilInterrupted } from "./surroundings.ts";

export function addCheckCommand(program: Command): void {
  program
    .command("check")
    .description("the course proves itself: every starter fails, every solution passes")
    .argument("[names...]", "default: all exercises, and what speaks of the whole course")
    .option("--course <folder>", "exercises other than the checkout's own")
    .option("--json", "one document on standard output")
    .action(async (names: string[], options: { course?: string; json?: true }) => {
      const { proveCourse } = await import("../prove/prove.ts");
      const { proofExit, proofJson, proofLines, proofSummary } = await import("../prove/report.ts");
      const proof = await proveCourse({
        ...(options.course === undefined ? {} : { folder: options.course }),
        names,
        signal: untilInterrupted(),
        onProved: (it) => (options.json ? undefined : print([proofLines(it)])),
      });
      print([options.json ? proofJson(proof) : proofSummary(proof)]);
      process.exitCode = proofExit(proof);
    });
}
