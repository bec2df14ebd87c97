/**
 * Pure: facts against facts gives differences. What is noise, what was accepted and whether claims hold is decided
 * here too; nothing here knows an engine.
 */
import { factPath, type Fact, type Observation } from "../model/fact.ts";
import type { Difference } from "../model/result.ts";

export interface Comparison {
  /** Facts that either side has. */
  readonly facts: number;
  /** Facts (as PROBE/FACT) that the baseline itself does not repeat. */
  readonly noise: readonly string[];
  /** Probes all of whose facts are noise: of them, nothing was compared. */
  readonly unproven: readonly string[];
  readonly differences: readonly Difference[];
}

/**
 * Compares a candidate with several runs of the baseline. A fact on which two baseline runs disagree, in value or
 * in presence, is noise and its value is not compared; that it is there at all still is, when every baseline run has it.
 */
export function compareFacts(baseline: readonly Observation[], candidate: Observation): Comparison {
  const runs = baseline.map(({ facts }) => byPath(facts));
  const theirs = byPath(candidate.facts);
  const every = new Map([...runs.flatMap((run) => [...run]), ...theirs]);
  const noise: string[] = [];
  const differences: Difference[] = [];
  for (const [path, { probe, fact }] of every) {
    const values = runs.map((run) => run.get(path)?.value ?? null);
    const value = values[0] ?? null;
    const candidateValue = theirs.get(path)?.value ?? null;
    const noisy = values.some((it) => it !== value);
    if (noisy) noise.push(path);
    const differs = noisy
      ? candidateValue === null && values.every((it) => it !== null)
      : candidateValue !== value;
    if (differs)
      differences.push({
        probe,
        fact,
        baseline: value,
        candidate: candidateValue,
        causes: [],
        accepted: null,
      });
  }
  return { facts: every.size, noise, unproven: wholeProbes(every, new Set(noise)), differences };
}

function byPath(facts: readonly Fact[]): Map<string, Fact> {
  return new Map(facts.map((fact) => [factPath(fact), fact]));
}

function wholeProbes(every: ReadonlyMap<string, Fact>, noise: ReadonlySet<string>): string[] {
  const steady = new Set<string>();
  const noisy = new Set<string>();
  for (const [path, { probe }] of every) (noise.has(path) ? noisy : steady).add(probe);
  return [...noisy].filter((probe) => !steady.has(probe));
}
