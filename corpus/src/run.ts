/**
 * Checks cases and holds the results against what is known of them.
 * Usage: node corpus/src/run.ts [NAME…] [--json] [--repeat N] [--mutate] | [NAME…] --bare | --twins N
 * Exit 0 when every verdict is right, there is no false alarm and at least 95 % of the causes are right at rank 1, in
 * each of the N runs; else 1; 2 when the cases could not be checked. With --mutate the judge is then put to the proof: each
 * of its rules is switched off in turn, and some case must notice. --bare leaves the contracts out, --twins builds images
 * twice.
 */
import { parseArgs } from "node:util";
import { EngineError, InputError, type CheckOptions } from "slimproof";
import { BARE_ENOUGH, bareLines, bareOf, bareScoreOf, bareSummary } from "./bare.ts";
import { loadCases, type Case } from "./cases.ts";
import { checkCases } from "./check-cases.ts";
import { mutate } from "./mutate.ts";
import { outcomeOf, passes, scoreOf, type Outcome } from "./outcome.ts";
import { head, mutationTable, row, summary } from "./table.ts";
import { checkTwins, TWINS } from "./twins.ts";

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort(new Error("interrupted")));

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  const expected = error instanceof InputError || error instanceof EngineError;
  if (!(error instanceof Error) || !(expected || interrupted.signal.aborted)) throw error;
  console.error(error.message);
  process.exitCode = interrupted.signal.aborted ? 130 : 2;
}

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "boolean" },
      repeat: { type: "string" },
      mutate: { type: "boolean" },
      bare: { type: "boolean" },
      twins: { type: "string" },
    },
  });
  const repeat = whole("--repeat", values.repeat ?? "1");
  if (values.twins !== undefined) return await twins(whole("--twins", values.twins));
  const cases = await loadCases(positionals);
  if (values.bare) return await bare(cases);
  let passed = true;
  for (let run = 1; run <= repeat; run++) {
    if (repeat > 1 && !values.json) console.log(`run ${run} of ${repeat}`);
    const began = performance.now();
    const recordings = await checkCases(cases, watched(cases.length));
    const outcomes = recordings.map(({ case: it, pair }) => outcomeOf(it, pair));
    const seconds = (performance.now() - began) / 1000;
    const score = scoreOf(outcomes);
    passed &&= passes(score);
    if (values.json)
      console.log(JSON.stringify({ ...score, seconds, outcomes: outcomes.map(brief) }));
    else {
      console.log(head);
      for (const [at, outcome] of outcomes.entries()) console.log(row(cases[at] as Case, outcome));
      console.log(`${seconds.toFixed(0)} s`);
      console.log(summary(score));
    }
    if (values.mutate) {
      const caught = mutate(recordings);
      console.log(mutationTable(caught));
      passed &&= caught.every(({ by }) => by.length > 0);
    }
  }
  return passed;
}

async function bare(cases: readonly Case[]): Promise<boolean> {
  const asked = await Promise.all(cases.map(async (it) => ({ ...it, contract: await bareOf(it) })));
  const recordings = await checkCases(asked, watched(cases.length));
  const score = bareScoreOf(recordings);
  for (const line of bareLines(recordings)) console.log(line);
  console.log(bareSummary(score));
  return score.alarms === 0 && score.found >= BARE_ENOUGH * score.breakages;
}

async function twins(count: number): Promise<boolean> {
  const pairs = await checkTwins(count, watched(count * TWINS.length));
  for (const { name, verdict, differences, error } of pairs)
    if (verdict !== "same")
      console.log(`${name}: ${verdict}: ${error?.message ?? JSON.stringify(differences)}`);
  const same = pairs.filter(({ verdict }) => verdict === "same").length;
  console.log(`same ${same}/${pairs.length}`);
  return same === pairs.length;
}

/** @throws InputError for what is no number of times. */
function whole(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InputError(`${option} takes a whole number from 1`);
  return value;
}

/** Says on standard error where a check is. */
function watched(of: number): Pick<CheckOptions, "signal" | "onProgress"> {
  let done = 0;
  return {
    signal: interrupted.signal,
    onProgress: (progress) => {
      if (progress.kind !== "judged") return;
      done += 1;
      console.error(`${done}/${of} ${progress.pair}: ${progress.verdict}`);
    },
  };
}

/** An outcome without the images. */
function brief({ name, pair, verdict, cause, named, falseAlarms }: Outcome): unknown {
  const { verdict: given, differences, error, seconds } = pair;
  return { name, given, verdict, cause, named, falseAlarms, differences, error, seconds };
}
