#!/usr/bin/env node
/** The command line: the one place that parses arguments, prints, and sets the exit code. */
import { availableParallelism } from "node:os";
import { basename, relative } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { check, type CheckOptions, type Subject } from "./check.ts";
import { openProgress } from "./cli/progress.ts";
import { loadContract } from "./contract/load.ts";
import { contractOfImages } from "./contract/select.ts";
import { EngineError, InputError } from "./model/error.ts";
import { exitCode } from "./model/result.ts";
import { jsonReport } from "./report/json.ts";
import { terminalReport } from "./report/terminal.ts";

interface Flags {
  readonly json?: true;
  readonly reporter: "terminal" | "json";
  readonly jobs: number;
  readonly cache: boolean;
  readonly keep?: true;
  readonly only?: readonly string[];
  readonly candidate?: readonly string[];
  readonly quiet?: true;
  readonly color: boolean;
}

const EXIT_CODES = `
Exit codes: 0 same, 1 differs (or a claim does not hold), 2 it could not be told
(a build failed, no engine, bad input), 130 interrupted.`;

const program = new Command("slimproof")
  .description("Is the multi-stage image still the same program, only smaller?")
  .version("0.1.0")
  .exitOverride()
  .configureHelp({ helpWidth: 80 })
  .showHelpAfterError("(run with --help for the options)");

withFlags(program.command("check"))
  .description("build, drive, compare and measure each pair")
  .argument("[folder...]", "folders with a parity.yaml, or contract files (default: .)")
  .option("--candidate <name>", "check only this candidate (repeatable)", collect)
  .addHelpText(
    "after",
    `
Examples:
  slimproof check                          the contract in this folder
  slimproof check apps/flask-hello --only greets
  slimproof check apps/* --json > result.json
${EXIT_CODES}`,
  )
  .action(async (folders: string[], flags: Flags) => {
    const names = folders.length > 0 ? folders : ["."];
    const subjects = await Promise.all(
      names.map(async (folder) => ({ contract: await loadContract(folder), folder })),
    );
    await run(subjects, flags);
  });

withFlags(program.command("compare"))
  .description("the same for two images that exist")
  .argument("<baseline>", "the image that is trusted")
  .argument("<candidate>", "the image that must behave the same")
  .requiredOption("--contract <file>", "whose probes are driven; its images are not used")
  .addHelpText(
    "after",
    `
Example:
  slimproof compare calc:1.3 calc:1.4 --contract apps/go-calculator/parity.yaml
${EXIT_CODES}`,
  )
  .action(async (baseline: string, candidate: string, flags: Flags & { contract: string }) => {
    const contract = await loadContract(flags.contract);
    const compared = contractOfImages(contract, baseline, candidate);
    await run([{ contract: compared, folder: flags.contract }], flags);
  });

function withFlags(command: Command): Command {
  return command
    .option("--json", "one JSON document on standard output (short for --reporter json)")
    .addOption(
      new Option("--reporter <name>", "form of the report")
        .choices(["terminal", "json"])
        .default("terminal"),
    )
    .option("--jobs <n>", "containers driven at once", positive, availableParallelism() + 1)
    .option("--no-cache", "build without Docker's cache and measure anew")
    .option("--keep", "leave containers and images behind, for a look at them")
    .option("--only <probe>", "drive only this probe (repeatable)", collect)
    .option("-q, --quiet", "no progress on standard error")
    .option("--no-color", "no colours (NO_COLOR does the same)");
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 64)
    throw new InvalidArgumentError("it takes a whole number from 1 to 64");
  return value;
}

async function run(subjects: readonly Subject[], flags: Flags): Promise<void> {
  const interrupt = new AbortController();
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)
    process.on(signal, () => {
      if (interrupt.signal.aborted) process.exit(code); // asked twice: what is left, the next run removes
      interrupt.abort(new Interrupted(code));
      process.stderr.write("\ninterrupted: removing what was started (again to leave at once)\n");
    });
  const progress = openProgress(flags.quiet ?? false);
  const options: CheckOptions = {
    jobs: flags.jobs,
    cache: flags.cache,
    keep: flags.keep ?? false,
    only: flags.only ?? null,
    candidates: flags.candidate ?? null,
    signal: interrupt.signal,
    onProgress: progress.onProgress,
  };
  let result;
  try {
    result = await check(subjects.map(shortName), options);
  } finally {
    progress.stop();
  }
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

/** As the field does it: --no-color and NO_COLOR win, then FORCE_COLOR, then whether it is a terminal. */
function colours(flags: Flags): boolean {
  if (!flags.color || process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return process.env["FORCE_COLOR"] !== "0";
  return process.stdout.isTTY === true && process.env["TERM"] !== "dumb";
}

class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly code: number;

  constructor(code: number) {
    super("interrupted");
    this.code = code;
  }
}

// A crash must not leave with 1, which says that the images differ.
process.on("uncaughtException", (error) => process.exit(report(error)));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
// A socket that an engine holds open must not keep the command from ending.
process.stdout.write("", () => process.exit());

/** Prints what went wrong in a line; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (error instanceof Interrupted) return error.code;
  // Tidying up failed as well, for the same reason: what came first says which.
  if (error instanceof SuppressedError) return report(error.suppressed);
  const known = error instanceof InputError || error instanceof EngineError;
  const text = known
    ? error.message
    : `unexpected: ${error instanceof Error ? error.stack : error}`;
  process.stderr.write(`slimproof: ${text}\n`);
  return 2;
}
