import type { Command } from "commander";
import { InputError } from "../model/error.ts";
import { isComplete } from "../scan/scan.ts";
import { announce } from "./announce.ts";
import { wholeNumber } from "./arguments.ts";
import { colours } from "../command-line/colours.ts";
import { interruptible } from "../command-line/interrupt.ts";
import {
  sbomOption,
  scanOption,
  scanWhenAsked,
  type SbomFlag,
  type ScanFlag,
} from "./scan-option.ts";
import { VERSION } from "./version.ts";

interface InspectFlags extends SbomFlag, ScanFlag {
  readonly json?: true;
  readonly depth: number;
  readonly top: number;
  readonly transfer?: true;
  readonly files?: true;
  readonly cache: boolean;
  readonly quiet?: true;
  readonly color: boolean;
}

/** `slimproof inspect IMAGE…`. */
export function addInspectCommand(program: Command): void {
  program
    .command("inspect")
    .description("what is in an image: layers, waste, packages, attack surface")
    .argument("<image...>", "references, archives (docker save) or OCI layout folders")
    .option("--json", "one JSON document on standard output")
    .option("--files", "with --json: list every file too")
    .option("--depth <n>", "levels of the tree of the biggest things", wholeNumber(0, 50), 2)
    .option("--top <n>", "how many of a list are shown", wholeNumber(1, 1000), 5)
    .option("--transfer", "compressed sizes too (gzip: slow the first time)")
    .addOption(scanOption())
    .addOption(sbomOption())
    .option("--no-cache", "look anew, and remember nothing")
    .option("-q, --quiet", "nothing on standard error but errors")
    .option("--no-color", "no colours (NO_COLOR does the same)")
    .addHelpText(
      "after",
      `
Examples:
  slimproof inspect golang:1.26
  slimproof inspect calc.tar --depth 3            no engine is needed for a file
  slimproof inspect single multi --json > both.json
  slimproof inspect calc:1.4 --sbom cyclonedx > calc.cdx.json
  slimproof inspect single multi --scan

Exit codes: 0 told, 2 it could not be told (no such image, no engine, bad
input, no scanner for --scan), 130 interrupted.`,
    )
    .action(async (images: string[], flags: InspectFlags) => {
      if (flags.files && !flags.json)
        throw new InputError("--files lists what only --json has room for: add --json");
      if (flags.sbom && images.length > 1)
        throw new InputError("--sbom makes one document: name one image");
      const signal = interruptible();
      if (!flags.quiet) announce(images);
      const { inspect } = await import("../inspect.ts");
      const { cache, transfer = false, depth, top } = flags;
      const hashes = flags.files ?? false; // nothing else is compared or listed by them
      const wanted = { cache, transfer, layers: !flags.sbom, hashes, signal };
      const inspected = await inspect(images, wanted);
      const inspections = inspected.map(({ inspection }) => inspection);
      const [first] = inspections;
      if (flags.sbom && first) {
        const { creationTime, sbom } = await import("../report/sbom/sbom.ts");
        const by = { version: VERSION, created: creationTime() };
        process.stdout.write(sbom(first, flags.sbom, by));
        return;
      }
      const scans = await scanWhenAsked(flags, inspections, signal);
      if (scans && !isComplete(scans)) process.exitCode = 2;
      if (flags.json) {
        const { inspectJson } = await import("../report/inspect-json.ts");
        const reported = await Promise.all(
          inspected.map(async ({ inspection, tree }) => ({
            inspection,
            tree: flags.files ? await tree() : null,
          })),
        );
        process.stdout.write(inspectJson(reported, scans));
        return;
      }
      const { inspectReport } = await import("../report/inspect-terminal.ts");
      process.stdout.write(inspectReport(inspections, { depth, top }, colours(flags), scans));
    });
}
