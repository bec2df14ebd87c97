import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { acceptDifferences } from "../compare/accept.ts";
import type { Judgement } from "../compare/judge.ts";
import { fuzz, type FuzzedPair } from "../fuzz/fuzz.ts";
import type { Contract } from "../model/contract.ts";
import { ServiceError } from "../model/error.ts";
import type { Counterexample, FuzzResult } from "../model/fuzz-result.ts";
import type { Difference } from "../model/result.ts";
import type { Workplace } from "./workplace.ts";

/**
 * Adds what fuzzing finds to a judgement: a counterexample is a difference, and is kept beside the contract, to be the
 * first that is asked the next time.
 * @throws EngineError when the engine fails; the signal's reason.
 */
export async function fuzzPair(
  contract: Contract,
  name: string,
  judgement: Judgement,
  pair: FuzzedPair,
  { engine, gate, signal, only, fuzz: settings, onProgress }: Workplace,
): Promise<Judgement> {
  const entries = contract.fuzz.filter((it) => only?.includes(it.name) ?? true);
  // What could not be told without it cannot be told with it either.
  if (entries.length === 0 || judgement.error !== null) return judgement;
  const known = await readKnown(contract);
  const results: FuzzResult[] = [];
  for (const entry of entries) {
    onProgress({ kind: "drive", pair: contract.name, image: name, probe: entry.name });
    const options = { ...settings, known, gate, signal };
    results.push(await fuzz(entry, contract, pair, engine.containers, options));
  }
  const found = results.flatMap(({ counterexample }) => (counterexample ? [counterexample] : []));
  await keep(contract, known, found);
  const differences = acceptDifferences(
    found.map((it): Difference => ({
      probe: it.fuzz,
      fact: "counterexample",
      baseline: `${it.shown}\n${it.baseline}`,
      candidate: `${it.shown}\n${it.candidate}`,
      causes: [],
      accepted: null,
    })),
    contract.accept,
    name,
  );
  const broken = results.find(({ error, counterexample }) => error !== null && !counterexample);
  const differs = differences.some((it) => it.accepted === null);
  return {
    ...judgement,
    verdict: differs
      ? "differs"
      : broken && judgement.verdict === "same"
        ? "unproven"
        : judgement.verdict,
    facts: judgement.facts + results.length,
    differences: [...judgement.differences, ...differences],
    notes: [
      ...judgement.notes,
      ...results.map(
        (it) =>
          `${it.name}: ${it.asked} inputs to ${it.starts} starts of each image, seed ${it.seed}`,
      ),
    ],
    error:
      broken?.error && !differs
        ? {
            message: `${broken.name}: ${broken.error.message}`,
            detail: broken.error instanceof ServiceError ? broken.error.log : [],
          }
        : judgement.error,
  };
}

const KNOWN = z.object({
  version: z.literal(1),
  found: z.array(z.object({ fuzz: z.string(), input: z.unknown() })),
});
/** Old ones go first when there are more. */
const MOST_KNOWN = 100;

/** `parity.yaml` keeps its counterexamples in `parity.fuzz.json`. Null for a contract that is no file. */
function knownFile({ file }: Contract): string | null {
  return file === null ? null : join(dirname(file), "parity.fuzz.json");
}

/** What was found before; nothing when the file is not there, or no such file. */
async function readKnown(contract: Contract): Promise<readonly Counterexample[]> {
  const file = knownFile(contract);
  if (file === null) return [];
  try {
    return KNOWN.parse(JSON.parse(await readFile(file, "utf8"))).found;
  } catch {
    return [];
  }
}

async function keep(
  contract: Contract,
  known: readonly Counterexample[],
  found: readonly Counterexample[],
): Promise<void> {
  const file = knownFile(contract);
  const text = (it: Counterexample): string => JSON.stringify([it.fuzz, it.input]);
  const before = new Set(known.map(text));
  const fresh = found.filter((it) => !before.has(text(it)));
  if (file === null || fresh.length === 0) return;
  const all = [...known, ...fresh.map(({ fuzz: name, input }) => ({ fuzz: name, input }))];
  const document = { version: 1, found: all.slice(-MOST_KNOWN) };
  // A folder that cannot be written to must not cost the finding.
  await writeFile(file, `${JSON.stringify(document, null, 2)}\n`).catch(() => {});
}
