import type { Command } from "commander";
import { isEqual } from "../model/image-diff.ts";
import { isComplete } from "../scan/scan.ts";
import { announce } from "./announce.ts";
import { wholeNumber } from "./arguments.ts";
import { colours } from "../command-line/colours.ts";
import { interruptible } from "../command-line/interrupt.ts";
import { scanOption, scanWhenAsked, type ScanFlag } from "./scan-option.ts";

interface DiffFlags extends ScanFlag {
  readonly json?: true;
  readonly top: number;
  readonly files?: true;
  readonly cache: boolean;
  readonly quiet?: true;
  readonly color: boolean;
}

/** `slimproof diff A B`. */
export function addDiffCommand(program: Command): void {
  program
    .command("diff")
    .description("what left, came and changed from one image to another")
    .argument("<baseline>", "a reference, an archive (docker save) or an OCI layout folder")
    .argument("<candidate>", "another, of any of these kinds")
    .option("--json", "one JSON document on standard output")
    .option("--files", "list every path, not only where most of it is")
    .option("--top <n>", "how many of a list are shown", wholeNumber(1, 1000), 8)
    .addOption(scanOption())
    .option("--no-cache", "look anew, and remember nothing")
    .option("-q, --quiet", "nothing on standard error but errors")
    .option("--no-color", "no colours (NO_COLOR does the same)")
    .addHelpText(
      "after",
      `
Examples:
  slimproof diff calc:single calc:multi
  slimproof diff old.tar new.tar --files          no engine is needed for files
  slimproof diff calc:1.3 calc:1.4 --json > changes.json
  slimproof diff calc:single calc:multi --scan    known vulnerabilities, too

Exit codes, as diff(1) has them: 0 no difference, 1 there is one, 2 it could not
be told (no such image, no engine, bad input, no scanner for --scan), 130
interrupted.`,
    )
    .action(async (baseline: string, candidate: string, flags: DiffFlags) => {
      const signal = interruptible();
      if (!flags.quiet) announce([baseline, candidate]);
      const { inspect } = await import("../inspect.ts");
      const { diffImages } = await import("../measure/diff/diff-images.ts");
      const options = { cache: flags.cache, transfer: false, layers: false, signal };
      const [a, b] = await inspect([baseline, candidate], options);
      if (!a || !b) throw new Error("two images were asked for, fewer were inspected"); // a mistake of ours
      const diff = diffImages(
        { inspection: a.inspection, tree: await a.tree() },
        { inspection: b.inspection, tree: await b.tree() },
      );
      const scans = await scanWhenAsked(flags, [a.inspection, b.inspection], signal);
      const shown = { top: flags.top, files: flags.files ?? false };
      if (flags.json) {
        const { diffJson } = await import("../report/diff-json.ts");
        process.stdout.write(diffJson(diff, shown, scans));
      } else {
        const { diffReport } = await import("../report/diff-terminal.ts");
        process.stdout.write(diffReport(diff, shown, colours(flags), scans));
      }
      process.exitCode = scans && !isComplete(scans) ? 2 : isEqual(diff) ? 0 : 1;
    });
}
