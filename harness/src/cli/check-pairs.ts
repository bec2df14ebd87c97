/** What `check` and `compare` share: their options, and a check of contracts from its start to its report. */
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { basename, relative } from "node:path";
import { Option, type Command } from "commander";
import type { CheckOptions, Subject } from "../check.ts";
import { exitCode, MOST_RUNS } from "../model/result.ts";
import { collect, wholeNumber } from "./arguments.ts";
import { colours } from "../command-line/colours.ts";
import { interruptible } from "../command-line/interrupt.ts";

export interface CheckFlags {
  readonly json?: true;
  readonly reporter: "terminal" | "json";
  readonly jobs: number;
  readonly runs: number;
  readonly cache: boolean;
  readonly keep?: true;
  readonly seed?: number;
  readonly fuzzTime: number;
  readonly only?: readonly string[];
  readonly candidate?: readonly string[];
  readonly quiet?: true;
  readonly color: boolean;
}

export const EXIT_CODES = `
Exit codes: 0 same, 1 differs (or a claim does not hold), 2 it could not be told
(a build failed, no engine, bad input), 130 interrupted.`;

export function withCheckFlags(command: Command): Command {
  return command
    .option("--json", "one JSON document on standard output (short for --reporter json)")
    .addOption(
      new Option("--reporter <name>", "form of the report")
        .choices(["terminal", "json"])
        .default("terminal"),
    )
    .option(
      "--jobs <n>",
      "containers driven at once",
      wholeNumber(1, 64),
      availableParallelism() + 1,
    )
    .option(
      "--runs <n>",
      "times that each image is driven; what differs in a few is flaky",
      wholeNumber(1, MOST_RUNS),
      1,
    )
    .option("--no-cache", "build without Docker's cache and measure anew")
    .option("--keep", "leave containers and images behind, for a look at them")
    .option("--seed <n>", "repeat the fuzzing of another run", wholeNumber(0, 2 ** 31 - 1))
    .option("--fuzz-time <s>", "seconds for each fuzz entry", wholeNumber(1, 86_400), 60)
    .option("--only <probe>", "drive only this probe (repeatable)", collect)
    .option("-q, --quiet", "no progress on standard error")
    .option("--no-color", "no colours (NO_COLOR does the same)");
}

/** Checks, prints the report and sets the exit code. */
export async function checkPairs(subjects: readonly Subject[], flags: CheckFlags): Promise<void> {
  const signal = interruptible();
  const { openProgress } = await import("./progress.ts");
  const { check } = await import("../check.ts");
  const progress = openProgress(flags.quiet ?? false);
  const options: CheckOptions = {
    jobs: flags.jobs,
    runs: flags.runs,
    cache: flags.cache,
    keep: flags.keep ?? false,
    fuzz: { seed: flags.seed ?? randomInt(2 ** 31), budget: flags.fuzzTime * 1000 },
    only: flags.only ?? null,
    candidates: flags.candidate ?? null,
    signal,
    onProgress: progress.onProgress,
  };
  let result;
  try {
    result = await check(subjects.map(shortName), options);
  } finally {
    progress.stop();
  }
  const { jsonReport } = await import("../report/json.ts");
  const { terminalReport } = await import("../report/terminal.ts");
  const json = flags.json ?? flags.reporter === "json";
  process.stdout.write(json ? jsonReport(result) : terminalReport(result, colours(flags)));
  process.exitCode = exitCode(result.verdict);
}

/** A folder as it is shown: relative to where the user is, without a trailing slash. */
function shortName({ contract, folder }: Subject): Subject {
  const shown = relative(process.cwd(), contract.folder);
  return {
    contract,
    folder: shown === "" ? basename(contract.folder) : shown.startsWith("..") ? folder : shown,
  };
}
