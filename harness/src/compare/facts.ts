/**
 * Pure: facts against facts gives differences. What is noise, what was accepted and whether claims hold is decided
 * here too; nothing here knows an engine.
 */
import { factPath, type Fact, type Observation } from "../model/fact.ts";
import type { Difference, Flaky } from "../model/result.ts";

export interface Comparison {
  /** Facts that either side has. */
  readonly facts: number;
  /** Facts (as PROBE/FACT) that the baseline itself does not repeat. */
  readonly noise: readonly string[];
  /** Probes all of whose facts are noise: of them, nothing was compared. */
  readonly unproven: readonly string[];
  readonly differences: readonly Difference[];
  /** Facts that differ in some runs of the candidate, but not in most. */
  readonly flaky: readonly Flaky[];
}

/**
 * Compares runs of a candidate with runs of the baseline. A fact on which two baseline runs disagree, in value or
 * in presence, is noise and its value is not compared; that it is there at all still is, when every baseline run has
 * it. A difference is one that most runs of the candidate show.
 */
export function compareFacts(
  baseline: readonly Observation[],
  candidate: readonly Observation[],
): Comparison {
  const runs = baseline.map(({ facts }) => byKey(facts));
  const theirs = candidate.map(({ facts }) => byKey(facts));
  const every = new Map([...runs, ...theirs].flatMap((run) => [...run]));
  const noise: string[] = [];
  const differences: Difference[] = [];
  const flaky: Flaky[] = [];
  for (const [key, { probe, fact }] of every) {
    const values = runs.map((run) => run.get(key)?.value ?? null);
    const value = values[0] ?? null;
    const noisy = values.some((it) => it !== value);
    if (noisy) noise.push(key);
    const always = values.every((it) => it !== null);
    const differing = theirs
      .map((run) => run.get(key)?.value ?? null)
      .filter((it) => (noisy ? it === null && always : it !== value));
    const [first] = differing;
    if (first === undefined) continue;
    if (differing.length * 2 <= theirs.length)
      flaky.push({ probe, fact, runs: differing.length, of: theirs.length });
    else
      differences.push({
        probe,
        fact,
        baseline: value,
        candidate: first,
        causes: [],
        accepted: null,
      });
  }
  return {
    facts: every.size,
    noise: noise.map((key) => factPath(every.get(key) as Fact)),
    unproven: wholeProbes(every, new Set(noise)),
    differences,
    flaky,
  };
}

/** By a key that no two facts share; both names may hold the slash that PROBE/FACT has between them. */
function byKey(facts: readonly Fact[]): Map<string, Fact> {
  return new Map(facts.map((fact) => [`${fact.probe}\0${fact.fact}`, fact]));
}

function wholeProbes(every: ReadonlyMap<string, Fact>, noise: ReadonlySet<string>): string[] {
  const steady = new Set<string>();
  const noisy = new Set<string>();
  for (const [key, { probe }] of every) (noise.has(key) ? noisy : steady).add(probe);
  return [...noisy].filter((probe) => !steady.has(probe));
}
