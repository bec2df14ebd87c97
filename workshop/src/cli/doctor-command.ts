import type { Command } from "commander";
import { print } from "./surroundings.ts";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("look whether this machine is ready for the course, with advice")
    .action(async () => {
      const { diagnose, doctorExit, doctorText } = await import("../teacher/doctor.ts");
      const found = await diagnose();
      print([doctorText(found)]);
      process.exitCode = doctorExit(found);
    });
}
