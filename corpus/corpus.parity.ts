/**
 * Every case is a test: it gets the verdict that is known of it, by the probe that must show it, and no false alarm. And
 * the judge is put to the proof: whatever of it is switched off, some case notices.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { loadCases } from "./src/cases.ts";
import { checkCases, type Recording } from "./src/check-cases.ts";
import { mutate } from "./src/mutate.ts";
import { MUTATIONS } from "./src/mutations.ts";
import { isRight, outcomeOf } from "./src/outcome.ts";
import { checkTwins } from "./src/twins.ts";

/** The first run builds every image. */
const COLD = 60 * 60_000;

const cases = await loadCases();

describe("corpus", () => {
  const recordings = new Map<string, Recording>();
  const needed = new Map<string, readonly string[]>();

  beforeAll(async () => {
    const signal = AbortSignal.timeout(COLD);
    const first = await checkCases(cases, { signal });
    for (const it of first) recordings.set(it.case.name, it);
    // Some hundred containers beside other tests: one that the machine kept waiting is driven once more, and it is said.
    // A case that is wrong twice is wrong; how steady they are is what `pnpm corpus --repeat` tells.
    const wrong = first.filter((it) => !isRight(outcomeOf(it.case, it.pair)));
    if (wrong.length > 0)
      console.warn(`driven once more: ${wrong.map((it) => it.case.name).join(", ")}`);
    const again = await checkCases(
      wrong.map((it) => it.case),
      { signal },
    );
    for (const it of again) recordings.set(it.case.name, it);
    for (const { mutation, by } of mutate([...recordings.values()])) needed.set(mutation.name, by);
  }, COLD);

  for (const { name, expected } of cases)
    test(name, () => {
      const recording = recordings.get(name);
      if (!recording) throw new Error(`${name} was not checked`);
      const { pair } = recording;
      const outcome = outcomeOf(recording.case, pair);
      const open = pair.differences.filter((it) => it.accepted === null);
      expect({ verdict: pair.verdict, error: pair.error }).toMatchObject({
        verdict: expected.verdict,
        ...(expected.verdict === "unproven" ? {} : { error: null }),
      });
      if (expected.probe !== null) expect(open.map(({ probe }) => probe)).toContain(expected.probe);
      expect(outcome.cause, `causes named: ${outcome.named.join(", ")}`).not.toBe(false);
      expect(outcome.falseAlarms).toEqual([]);
      const facts = open.map(({ probe, fact }) => `${probe}/${fact}`);
      expect(outcome.verdict, `facts: ${facts.join(", ")}`).toBe(true);
    });

  test("unrelated programs are told apart by their command alone", () => {
    const differences = recordings.get("unrelated-programs")?.pair.differences;
    expect(differences?.map(({ probe, fact }) => `${probe}/${fact}`)).toEqual(["image/config.cmd"]);
  });

  for (const { name } of MUTATIONS)
    test(`some case needs: ${name}`, () => {
      expect(needed.get(name)).not.toEqual([]);
    });
});

test(
  "images that are built twice from one Dockerfile are the same",
  { timeout: COLD },
  async () => {
    const pairs = await checkTwins(1, { signal: AbortSignal.timeout(COLD) });
    for (const { name, verdict, differences, error, images } of pairs) {
      expect({ name, verdict, differences, error }).toMatchObject({ verdict: "same", error: null });
      const [theirs, ours] = [images.baseline, images.candidate].map((it) => it?.image.ref);
      expect(theirs).not.toBe(ours);
    }
  },
);
