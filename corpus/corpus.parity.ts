/** Every case is a test: it gets the verdict that is known of it, by the probe that must show it, and no false alarm. */
import { check, checkDefaults } from "slimproof";
import { beforeAll, describe, expect, test } from "vitest";
import { loadCases } from "./src/cases.ts";
import { outcomeOf, type Outcome } from "./src/outcome.ts";

/** The first run builds every image. */
const COLD = 60 * 60_000;

const cases = await loadCases();

describe("corpus", () => {
  const outcomes = new Map<string, Outcome>();

  beforeAll(async () => {
    const signal = AbortSignal.timeout(COLD);
    const { pairs } = await check(cases, { ...checkDefaults(), signal });
    for (const [at, it] of cases.entries()) {
      const pair = pairs[at];
      if (pair) outcomes.set(it.name, outcomeOf(it, pair));
    }
  }, COLD);

  for (const { name, expected } of cases)
    test(name, () => {
      const outcome = outcomes.get(name);
      const differing = outcome?.pair.differences.filter((it) => it.accepted === null);
      const probes = [...new Set(differing?.map(({ probe }) => probe))];
      expect({ verdict: outcome?.pair.verdict, error: outcome?.pair.error ?? null }).toMatchObject({
        verdict: expected.verdict,
        ...(expected.verdict === "unproven" ? {} : { error: null }),
      });
      if (expected.probe !== null) expect(probes).toContain(expected.probe);
      expect(outcome?.cause, `causes named: ${outcome?.named.join(", ")}`).not.toBe(false);
      expect(outcome?.falseAlarms).toEqual([]);
    });
});
