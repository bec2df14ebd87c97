/**
 * Checks cases and holds the results against what is known of them.
 * Usage: node corpus/src/run.ts [NAME…] [--json] [--repeat N]
 * Exit 0 when every verdict is right, there is no false alarm and at least 95 % of the causes are right at rank 1, in
 * each of the N runs; else 1; 2 when the cases could not be checked.
 */
import { parseArgs } from "node:util";
import { check, checkDefaults, EngineError, InputError, type PairResult } from "slimproof";
import { loadCases, type Case } from "./cases.ts";
import { outcomeOf, passes, scoreOf, type Outcome } from "./outcome.ts";
import { head, row, summary } from "./table.ts";

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
    options: { json: { type: "boolean" }, repeat: { type: "string" } },
  });
  const repeat = Number(values.repeat ?? 1);
  if (!Number.isInteger(repeat) || repeat < 1)
    throw new InputError("--repeat takes a whole number from 1");
  const cases = await loadCases(positionals);
  let passed = true;
  for (let run = 1; run <= repeat; run++) {
    if (repeat > 1 && !values.json) console.log(`run ${run} of ${repeat}`);
    const began = performance.now();
    const outcomes = await checkAll(cases);
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
  }
  return passed;
}

/** All cases in one check, so that two are always at work; says on standard error where it is. */
async function checkAll(cases: readonly Case[]): Promise<readonly Outcome[]> {
  let done = 0;
  const result = await check(
    cases.map(({ contract, folder }) => ({ contract, folder })),
    {
      ...checkDefaults(),
      signal: interrupted.signal,
      onProgress: (progress) => {
        if (progress.kind !== "judged") return;
        done += 1;
        console.error(`${done}/${cases.length} ${progress.pair}: ${progress.verdict}`);
      },
    },
  );
  return cases.map((it, at) => outcomeOf(it, result.pairs[at] as PairResult));
}

/** An outcome without the images. */
function brief({ name, pair, verdict, cause, named, falseAlarms }: Outcome): unknown {
  const { verdict: given, differences, error, seconds } = pair;
  return { name, given, verdict, cause, named, falseAlarms, differences, error, seconds };
}
