/**
 * Pure: facts against facts gives differences. What is noise, what was accepted and whether claims hold is decided
 * here too; nothing here knows an engine.
 */
import { factPath, isBinary, type Fact, type Observation } from "../model/fact.ts";
import type { Difference, Flaky, PartialNoise, Rates } from "../model/result.ts";
import { difference, flakyFact, flipOf, heldApart, type FlippingFact } from "./flips.ts";
import { canonical } from "./noise/canonical.ts";
import { factsAt } from "./own-addresses.ts";
import { learn, NOISE_KINDS, type NoiseKind } from "./noise/pattern.ts";

export interface Comparison {
  /** Facts that either side has. */
  readonly facts: number;
  /** Facts (as PROBE/FACT) of which the baseline itself repeats nothing. */
  readonly noise: readonly string[];
  /** Facts that are noise in part: what the baseline repeats of them was compared. */
  readonly noiseWithin: readonly PartialNoise[];
  /** Probes all of whose facts are noise: of them, nothing was compared. */
  readonly unproven: readonly string[];
  readonly differences: readonly Difference[];
  /** Facts that differ in some runs of the candidate, but not in most, or that flip in it more or less often than in the baseline. */
  readonly flaky: readonly Flaky[];
  /** Facts that the baseline seldom has otherwise than usual, as far as the candidate does no differently. */
  readonly flips: readonly (Rates & Pick<Fact, "probe" | "fact">)[];
}

/**
 * Compares runs of a candidate with runs of the baseline. Where baseline runs disagree on a fact, that part of its value
 * is noise: the candidate may have anything of that kind there, and must have the rest as the baseline does. A fact of
 * which nothing is steady is noise throughout; that it is there at all still counts, when every baseline run has it.
 * A difference is one that most runs of the candidate show. `may` says which kinds of noise there are.
 */
export function compareFacts(
  baseline: readonly Observation[],
  candidate: readonly Observation[],
  may: ReadonlySet<NoiseKind> = NOISE_KINDS,
): Comparison {
  const [first = {}] = baseline;
  const runs = baseline.map((run) => byKey(factsAt(first, run)));
  const theirs = candidate.map((run) => byKey(factsAt(first, run)));
  const every = new Map([...runs, ...theirs].flatMap((run) => [...run]));
  const noise: string[] = [];
  const noiseWithin: PartialNoise[] = [];
  const differences: Difference[] = [];
  const flaky: Flaky[] = [];
  const flips: FlippingFact[] = [];
  for (const [key, { probe, fact }] of every) {
    const values = runs.map((run) => run.get(key)?.value ?? null);
    const ours = theirs.map((run) => run.get(key)?.value ?? null);
    const follows = followsNoise(fact, probe, runs);
    const expected = follows ? ANY : expectation(fact, values, may);
    if (expected.noise === "throughout") noise.push(key);
    if (expected.noise === "within")
      noiseWithin.push({ fact: factPath({ probe, fact }), kinds: expected.kinds });
    const flip = expected.flips ? flipOf(values.map(expected.form), ours.map(expected.form)) : null;
    const differing = ours.filter((it) => !expected.meets(it));
    const [other] = differing;
    if (other === undefined) {
      if (flip) flips.push({ probe, fact, values, ours, form: expected.form, ...flip });
      continue;
    }
    const candidate = { runs: differing.length, of: ours.length };
    const baselineRate = flip?.baseline ?? { runs: 0, of: values.length };
    const told = { probe, fact, baseline: baselineRate, candidate };
    if (candidate.runs * 2 <= candidate.of) flaky.push(flakyFact(told, values[0] ?? null, other));
    else differences.push(difference(told, values[0] ?? null, other));
  }
  const apart = heldApart(flips);
  return {
    facts: every.size,
    noise: noise.map((key) => factPath(every.get(key) as Fact)),
    noiseWithin,
    unproven: wholeProbes(every, new Set(noise)),
    differences: [...differences, ...apart.differences],
    flaky: [...flaky, ...apart.flaky],
    flips: apart.flips,
  };
}

/** What the baseline's runs let one expect of a fact. Null stands for its absence. */
interface Expectation {
  readonly noise: "none" | "within" | "throughout";
  /** What varies, where something does. */
  readonly kinds: readonly string[];
  /** Whether a rare value may be the program's doing, and is not what clocks, machines and schedulers do by themselves. */
  readonly flips: boolean;
  meets(value: string | null): boolean;
  /** What of a value is compared. */
  form(value: string | null): string | null;
}

/** Kinds of noise that say when, where and how fast a program ran: their rates differ with the machine. */
const CIRCUMSTANCES: ReadonlySet<string> = new Set<NoiseKind>([
  "date",
  "time",
  "duration",
  "address",
  "pointer",
  "order",
]);

/** Whether two values of a fact differ by nothing but when, where and how fast a program ran, as far as two can tell. */
export function differByCircumstance(fact: string, one: string, other: string): boolean {
  const { noise, kinds } = expectation(fact, [one, other], NOISE_KINDS);
  return noise === "within" && kinds.every((kind) => CIRCUMSTANCES.has(kind));
}

const ANY: Expectation = {
  noise: "throughout",
  kinds: [],
  flips: false,
  meets: (it) => it !== null,
  form: (it) => it,
};

/** The length of a body that is not the same each time: what it could tell, the body tells better. */
function followsNoise(
  fact: string,
  probe: string,
  runs: readonly ReadonlyMap<string, Fact>[],
): boolean {
  if (fact !== "http.header.content-length") return false;
  const body = runs.map((run) => run.get(`${probe}\0http.body`)?.value);
  return body.some((it) => it !== body[0]) && runs.every((run) => run.has(`${probe}\0${fact}`));
}

function expectation(
  fact: string,
  values: readonly (string | null)[],
  may: ReadonlySet<NoiseKind>,
): Expectation {
  const form = (it: string | null): string | null =>
    it !== null && may.has("layout") ? canonical(fact, it) : it;
  const forms = values.map(form);
  const first = forms[0] ?? null;
  const same = (it: string | null): boolean => form(it) === first;
  if (forms.every((it) => it === first))
    return { noise: "none", kinds: [], flips: false, meets: same, form };
  const present = forms.filter((it) => it !== null);
  const always = present.length === forms.length;
  // Bytes in base64 have no words or numbers in them that a pattern could be made of.
  const pattern = always && !present.some(isBinary) ? learn([...new Set(present)], may) : null;
  if (pattern === null)
    return {
      noise: "throughout",
      kinds: [],
      flips: true,
      meets: (it) => it !== null || !always,
      form,
    };
  const known = new Set(present);
  const meets = (it: string | null): boolean => {
    const its = form(it);
    return its !== null && (known.has(its) || pattern.fits(its));
  };
  const flips = !pattern.kinds.some((kind) => CIRCUMSTANCES.has(kind));
  return { noise: "within", kinds: pattern.kinds, flips, meets, form };
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
