import type { Command } from "commander";
import { BuildError } from "../model/error.ts";
import type { RebuildProgress } from "../model/rebuild.ts";
import { wholeNumber } from "./arguments.ts";
import { colours } from "../command-line/colours.ts";
import { interruptible } from "../command-line/interrupt.ts";

interface RebuildFlags {
  readonly runs: number;
  readonly source?: string;
  readonly dependencies?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly color: boolean;
}

/** `slimproof rebuild [FOLDER]`. */
export function addRebuildCommand(program: Command): void {
  program
    .command("rebuild")
    .description("measure how long each image takes to build again after a change")
    .argument("[folder]", "with a parity.yaml, or Dockerfile.single and .multi", ".")
    .option("--runs <n>", "builds of each image after each change", wholeNumber(1, 100), 5)
    .option("--source <file>", "the file of the source edit (default: chosen)")
    .option("--dependencies <file>", "the file of the dependency edit (default: chosen)")
    .option("--json", "one JSON document on standard output, with every run and step")
    .option("-q, --quiet", "no progress on standard error")
    .option("--no-color", "no colours (NO_COLOR does the same)")
    .addHelpText(
      "after",
      `
Edits are made in a copy of the folder: comments, another one for each build.

Examples:
  slimproof rebuild apps/flask-hello
  slimproof rebuild . --source src/main.go --runs 9 --json > rebuild.json

Exit codes: 0 measured (seconds are no verdict), 2 it could not be measured
(a build failed, no engine, bad input), 130 interrupted.`,
    )
    .action(measure);
}

async function measure(folder: string, flags: RebuildFlags): Promise<void> {
  const signal = interruptible();
  const { measureRebuild } = await import("../rebuild.ts");
  const { rebuildJson, rebuildReport } = await import("../report/rebuild.ts");
  const progress = await openProgress(flags.quiet ?? false);
  let result;
  let broken: BuildError | null = null;
  try {
    result = await measureRebuild(folder, {
      runs: flags.runs,
      source: flags.source ?? null,
      dependencies: flags.dependencies ?? null,
      signal,
      onProgress: progress.show,
    });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    broken = error;
  } finally {
    progress.stop();
  }
  if (!result) {
    const { harmless } = await import("../report/text.ts");
    const lines = [
      `slimproof: ${broken?.message}`,
      ...(broken?.log ?? []).map((it) => `  | ${it}`),
    ];
    process.stderr.write(`${lines.map(harmless).join("\n")}\n`);
    process.exitCode = 2;
    return;
  }
  process.stdout.write(flags.json ? rebuildJson(result) : rebuildReport(result, colours(flags)));
}

interface Progress {
  readonly show: (progress: RebuildProgress) => void;
  readonly stop: () => void;
}

/** One line that changes where standard error is a terminal, a line a round elsewhere, nothing when `quiet`. */
async function openProgress(quiet: boolean): Promise<Progress> {
  if (quiet) return { show: () => {}, stop: () => {} };
  const live = process.stderr.isTTY && !process.env["CI"] && process.env["TERM"] !== "dumb";
  const { rebuildStep } = await import("../report/rebuild.ts");
  if (live) {
    const { createLogUpdate } = await import("log-update");
    const update = createLogUpdate(process.stderr, { showCursor: true });
    return { show: (it) => update(rebuildStep(it)), stop: () => update.clear() };
  }
  const began = performance.now();
  let last = "";
  return {
    show(it) {
      const round = `${it.change} ${it.run}`;
      if (round === last) return;
      last = round;
      const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(6);
      process.stderr.write(`${seconds} s  ${rebuildStep({ ...it, image: "" })}\n`);
    },
    stop: () => {},
  };
}
