import type { Command } from "commander";
import { callName, untilInterrupted } from "./surroundings.ts";

export function addBundleCommand(program: Command): void {
  program
    .command("bundle")
    .description("write one file with the course and its base images, for a class without internet")
    .argument("[file]", "where to", "workshop-bundle.tar")
    .option("--load", "take the images out of the file into this machine's engine instead")
    .action(async (file: string, { load }: { load?: true }) => {
      const { loadBundle, makeBundle } = await import("../teacher/bundle.ts");
      const log = (line: string): void => void process.stderr.write(`${line}\n`);
      const options = { signal: untilInterrupted(), log, call: callName() };
      await (load ? loadBundle(file, options) : makeBundle(file, options));
    });
}
