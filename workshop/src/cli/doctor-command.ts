import type { Command } from "commander";
import { callName, print } from "./surroundings.ts";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("look whether this machine is ready for the course, with advice")
    .option("--json", "one document on standard output")
    .action(async ({ json }: { json?: true }) => {
      const { diagnose, doctorExit, doctorJson, doctorText } = await import("../teacher/doctor.ts");
      const found = await diagnose(callName());
      const columns = Math.min(100, process.stdout.columns || 100);
      print([json ? doctorJson(found) : doctorText(found, columns)]);
      process.exitCode = doctorExit(found);
    });
}
