import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareFacts } from "../../src/compare/facts.ts";
import type { Fact, Observation } from "../../src/model/fact.ts";
import { ratesText } from "../../src/model/result.ts";

/** A run that gave these facts, written as `PROBE/FACT: value`. */
function run(values: Readonly<Record<string, string>>): Observation {
  return {
    facts: Object.entries(values).map(([path, value]) => {
      const at = path.indexOf("/");
      return { probe: path.slice(0, at), fact: path.slice(at + 1), value };
    }),
    unmet: [],
    notes: [],
  };
}

/** The differences as `PROBE/FACT: baseline -> candidate`. */
function compared(
  baseline: readonly Readonly<Record<string, string>>[],
  ...candidate: readonly Readonly<Record<string, string>>[]
) {
  const { differences, flaky, flips, noiseWithin, ...rest } = compareFacts(
    baseline.map(run),
    candidate.map(run),
  );
  return {
    ...rest,
    ...(noiseWithin.length > 0
      ? { within: noiseWithin.map((it) => `${it.fact}: ${it.kinds.join(", ")}`) }
      : {}),
    ...(flaky.length > 0
      ? { flaky: flaky.map((it) => `${it.probe}/${it.fact} ${it.runs} of ${it.of}`) }
      : {}),
    ...(flips.length > 0
      ? { flips: flips.map((it) => `${it.probe}/${it.fact} ${ratesText(it)}`) }
      : {}),
    differences: differences.map(
      (it) => `${it.probe}/${it.fact}: ${it.baseline} -> ${it.candidate}`,
    ),
  };
}

test("what is equal on all runs is no difference", () => {
  const facts = { "a/exit.code": "0", "a/stdout": "hello", "b/http.status": "200" };
  expect(compared([facts, facts], facts)).toEqual({
    facts: 3,
    noise: [],
    unproven: [],
    differences: [],
  });
});

test("a difference holds both sides, no cause yet, and is not accepted", () => {
  const { differences } = compareFacts(
    [run({ "a/x": "1" }), run({ "a/x": "1" })],
    [run({ "a/x": "2" })],
  );
  expect(differences).toEqual([
    { probe: "a", fact: "x", baseline: "1", candidate: "2", causes: [], accepted: null },
  ]);
});

test("a fact that only one side has is a difference, and counts", () => {
  expect(compared([{ "a/x": "1" }, { "a/x": "1" }], { "a/y": "" })).toEqual({
    facts: 2,
    noise: [],
    unproven: [],
    differences: ["a/x: 1 -> null", "a/y: null -> "],
  });
});

describe("noise", () => {
  test("is a fact whose value the baseline does not repeat", () => {
    expect(
      compared(
        [
          { "a/date": "1", "a/x": "1" },
          { "a/date": "2", "a/x": "1" },
        ],
        {
          "a/date": "3",
          "a/x": "1",
        },
      ),
    ).toEqual({ facts: 2, noise: ["a/date"], unproven: [], differences: [] });
  });

  test("is a fact that the baseline does not always have, whether the candidate has it or not", () => {
    for (const candidate of [{ "a/x": "1" }, { "a/x": "1", "a/retry": "5" }])
      expect(compared([{ "a/x": "1", "a/retry": "5" }, { "a/x": "1" }], candidate)).toEqual({
        facts: 2,
        noise: ["a/retry"],
        unproven: [],
        differences: [],
      });
  });

  test("is one that only the second run has, too", () => {
    expect(compared([{ "a/x": "1" }, { "a/x": "1", "a/y": "1" }], { "a/x": "1" }).noise).toEqual([
      "a/y",
    ]);
  });

  test("does not hide that the candidate lacks what every run of the baseline has", () => {
    expect(compared([{ "a/date": "1" }, { "a/date": "2" }], {})).toEqual({
      facts: 1,
      noise: ["a/date"],
      unproven: ["a"],
      differences: ["a/date: 1 -> null"],
    });
  });

  test("is told of one fact only: the others are compared", () => {
    expect(
      compared(
        [
          { "a/date": "1", "a/x": "1" },
          { "a/date": "2", "a/x": "1" },
        ],
        {
          "a/date": "3",
          "a/x": "2",
        },
      ).differences,
    ).toEqual(["a/x: 1 -> 2"]);
  });

  test("a probe of which nothing else is left proves nothing", () => {
    expect(
      compared(
        [
          { "a/x": "1", "a/y": "1", "b/x": "1" },
          { "a/x": "2", "a/y": "2", "b/x": "1" },
        ],
        { "a/x": "3", "a/y": "3", "b/x": "1" },
      ),
    ).toEqual({ facts: 3, noise: ["a/x", "a/y"], unproven: ["a"], differences: [] });
  });
});

describe("a third run of the baseline", () => {
  test("makes noise of what looked like a difference", () => {
    const two = [{ "a/clock": "10:00" }, { "a/clock": "10:00" }];
    const candidate = { "a/clock": "10:01" };
    expect(compared(two, candidate).differences).toEqual(["a/clock: 10:00 -> 10:01"]);
    expect(compared([...two, { "a/clock": "10:01" }], candidate)).toMatchObject({
      noise: ["a/clock"],
      differences: [],
    });
  });

  test("that repeats the baseline confirms the difference", () => {
    const runs = [{ "a/x": "1" }, { "a/x": "1" }, { "a/x": "1" }];
    expect(compared(runs, { "a/x": "2" })).toMatchObject({
      noise: [],
      differences: ["a/x: 1 -> 2"],
    });
  });
});

describe("several runs of the candidate", () => {
  const same = { "a/x": "1", "a/y": "1" };
  const other = { "a/x": "2", "a/y": "1" };
  const third = { "a/x": "3", "a/y": "1" };

  test("show a difference when most of them do, whatever the value", () => {
    expect(compared([same, same], other, third, same)).toMatchObject({
      differences: ["a/x: 1 -> 2"],
    });
    expect(compared([same, same], same, other, other)).toMatchObject({
      differences: ["a/x: 1 -> 2"],
    });
  });

  test("of which only few differ are flaky", () => {
    expect(compared([same, same], other, same, same)).toMatchObject({
      differences: [],
      flaky: ["a/x 1 of 3"],
    });
    expect(compared([same, same], other, same)).toMatchObject({
      differences: [],
      flaky: ["a/x 1 of 2"],
    });
  });

  test("a fact that is missing in most of them is a difference, in few it is flaky", () => {
    const without = { "a/y": "1" };
    expect(compared([same, same], without, without, same)).toMatchObject({
      differences: ["a/x: 1 -> null"],
    });
    expect(compared([same, same], without, same, same)).toMatchObject({ flaky: ["a/x 1 of 3"] });
  });
});

describe("of many runs", () => {
  /** Runs of one fact: `times(19, "ok")`. */
  const times = (count: number, value: string) =>
    Array.from({ length: count }, () => ({ "a/x": value, "a/y": "steady" }));
  const ok = "all is well";
  const bad = "service is down";

  test("a flip of the candidate alone is flaky, with both rates and what it was", () => {
    const { flaky, differences } = compareFacts(
      times(60, ok).map(run),
      [...times(19, ok), ...times(1, bad)].map(run),
    );
    expect(differences).toEqual([]);
    expect(flaky).toEqual([
      {
        probe: "a",
        fact: "x",
        runs: 1,
        of: 20,
        baseline: { runs: 0, of: 60 },
        usual: ok,
        instead: bad,
        accepted: null,
      },
    ]);
  });

  test("a flip of both sides is noise, and both rates are told", () => {
    const flipping = [...times(19, ok), ...times(1, bad)];
    expect(compared(flipping, ...flipping)).toMatchObject({
      differences: [],
      flips: ["a/x 1 of 20 runs (baseline: 1 of 20)"],
    });
    expect(compared(flipping, ...times(20, ok))).toMatchObject({
      differences: [],
      flips: ["a/x 0 of 20 runs (baseline: 1 of 20)"],
    });
    expect(compared(flipping, ...flipping)).not.toHaveProperty("flaky");
  });

  test("a flip that is far more frequent in the candidate is flaky", () => {
    const flipping = [...times(19, ok), ...times(1, bad)];
    expect(compared(flipping, ...times(11, ok), ...times(9, bad))).toMatchObject({
      flaky: ["a/x 9 of 20"],
      differences: [],
    });
    expect(compared(flipping, ...times(14, ok), ...times(6, bad))).not.toHaveProperty("flaky");
  });

  test("what the baseline never has is a difference in most runs, though it flips too", () => {
    const flipping = [...times(19, ok), ...times(1, bad)];
    const { differences } = compareFacts(flipping.map(run), times(20, "Goodbye!").map(run));
    expect(differences).toMatchObject([
      {
        baseline: ok,
        candidate: "Goodbye!",
        rates: { baseline: { runs: 1, of: 20 }, candidate: { runs: 20, of: 20 } },
      },
    ]);
  });

  test("a baseline that varies more often has no usual value: it is noise", () => {
    const coin = [...times(10, ok), ...times(10, bad)];
    expect(compared(coin, ...times(20, bad))).toEqual({
      facts: 2,
      noise: [],
      within: ["a/x: word"],
      unproven: [],
      differences: [],
    });
  });

  test("with few runs, rates are not held against each other", () => {
    const flipping = [...times(8, ok), ...times(1, bad)];
    expect(compared(flipping, ...times(9, bad))).toEqual({
      facts: 2,
      noise: [],
      within: ["a/x: word"],
      unproven: [],
      differences: [],
    });
  });

  test("how long something took, and in which order, is the machine's rate and not the program's", () => {
    const told = (took: string) => `done: took ${took} with the rest as it was`;
    const quick = [...times(18, told("12ms")), ...times(2, told("13ms"))];
    expect(compared(quick, ...times(20, told("13ms")))).toMatchObject({
      within: ["a/x: duration"],
      differences: [],
    });
    const sorted = [...times(18, "a\nb\nc\n"), ...times(2, "b\na\nc\n")];
    expect(compared(sorted, ...times(20, "b\na\nc\n"))).toEqual({
      facts: 2,
      noise: [],
      within: ["a/x: order"],
      unproven: [],
      differences: [],
    });
  });

  test("settling runs of the baseline do not change what was seen beside the candidate", () => {
    // A clock that moves on after the candidate's last run: the baseline's later values must not outvote those before.
    const before = [...times(19, "the hour is 1"), ...times(1, "the hour is 2")];
    const later = times(40, "the hour is 2");
    expect(compared([...before, ...later], ...before)).toMatchObject({ differences: [] });
    expect(compared([...before, ...later], ...before)).not.toHaveProperty("flaky");
  });

  test("most of the candidate's runs are a difference with its rate, all of them need none", () => {
    const most = compareFacts(
      times(20, ok).map(run),
      [...times(15, bad), ...times(5, ok)].map(run),
    );
    expect(most.differences).toMatchObject([
      { rates: { baseline: { runs: 0, of: 20 }, candidate: { runs: 15, of: 20 } } },
    ]);
    const all = compareFacts(times(20, ok).map(run), times(20, bad).map(run));
    expect(all.differences[0]).not.toHaveProperty("rates");
  });
});

test("two facts whose PROBE/FACT reads the same are two facts", () => {
  const facts = (a: string, b: string): Observation => ({
    facts: [
      { probe: "x", fact: "files./y/stdout", value: a },
      { probe: "x/files./y", fact: "stdout", value: b },
    ],
    unmet: [],
    notes: [],
  });
  const { facts: count, differences } = compareFacts(
    [facts("1", "1"), facts("1", "1")],
    [facts("2", "1")],
  );
  expect(count).toBe(2);
  expect(differences.map(({ probe, fact }) => [probe, fact])).toEqual([["x", "files./y/stdout"]]);
});

describe("always", () => {
  const word = fc.constantFrom("a", "b", "c/d", "e.f");
  const fact: fc.Arbitrary<Fact> = fc.record({
    probe: word,
    fact: word,
    value: fc.constantFrom("1", "2", ""),
  });
  const observation = fc
    .uniqueArray(fact, { selector: (it) => `${it.probe}\0${it.fact}`, maxLength: 8 })
    .map((facts): Observation => ({ facts, unmet: [], notes: [] }));

  test("a baseline against itself shows no difference, in whatever order the facts come", () => {
    fc.assert(
      fc.property(observation, (it) => {
        const { differences, noise, facts } = compareFacts(
          [it, it],
          [it, { ...it, facts: it.facts.toReversed() }],
        );
        expect({ differences, noise, facts }).toEqual({
          differences: [],
          noise: [],
          facts: it.facts.length,
        });
      }),
    );
  });

  test("every fact is equal, noise, or a difference, and never silently dropped", () => {
    fc.assert(
      fc.property(
        fc.array(observation, { minLength: 1, maxLength: 3 }),
        observation,
        (runs, candidate) => {
          const key = (it: Pick<Fact, "probe" | "fact">): string => `${it.probe}\0${it.fact}`;
          const valueIn = (it: Observation, of: string): string | undefined =>
            it.facts.find((one) => key(one) === of)?.value;
          const all = new Set([...runs, candidate].flatMap((it) => it.facts.map(key)));
          const result = compareFacts(runs, [candidate]);
          const differing = new Set(result.differences.map(key));
          expect(result.facts).toBe(all.size);
          let noisy = 0;
          for (const of of all) {
            const values = runs.map((it) => valueIn(it, of));
            const steady = values.every((it) => it === values[0]);
            if (!steady) noisy += 1;
            if (steady) expect(differing.has(of)).toBe(values[0] !== valueIn(candidate, of));
            else if (differing.has(of)) expect(valueIn(candidate, of)).toBeUndefined();
          }
          expect(result.noise.length).toBe(noisy);
        },
      ),
    );
  });
});

describe("noise inside a value", () => {
  const first = { "a/http.body": '{"id": "1f0c9a27", "total": 7}' };
  const second = { "a/http.body": '{"id": "9be1d034", "total": 7}' };

  test("hides no difference beside it", () => {
    const facts = { facts: 1, noise: [], unproven: [], within: ["a/http.body: hex"] };
    expect(compared([first, second], { "a/http.body": '{"total": 7, "id": "77ab0c1d"}' })).toEqual({
      ...facts,
      differences: [],
    });
    const other = '{"id": "77ab0c1d", "total": 8}';
    expect(compared([first, second], { "a/http.body": other })).toEqual({
      ...facts,
      differences: [`a/http.body: ${first["a/http.body"]} -> ${other}`],
    });
  });

  test("leaves the fact to be missed", () => {
    expect(compared([first, second], {}).differences).toEqual([
      `a/http.body: ${first["a/http.body"]} -> null`,
    ]);
  });
});

test("JSON bodies are compared as values", () => {
  const facts = { "a/http.body": '{"a":1,"b":2}' };
  const other = { "a/http.body": '{ "b": 2, "a": 1 }' };
  expect(compared([facts, facts], other)).toMatchObject({ noise: [], differences: [] });
  expect(compared([facts, other], facts)).toMatchObject({ noise: [], differences: [] });
});

test("bytes that are no text have no parts that could be steady", () => {
  const [one, two] = [{ "a/stdout": "base64:AAEC/wd+AAA=" }, { "a/stdout": "base64:AAED/wd+AAA=" }];
  expect(compared([one, two], { "a/stdout": "base64://///w==" })).toMatchObject({
    noise: ["a/stdout"],
    differences: [],
  });
});

test("the length of a body that is noise follows it", () => {
  const page = (body: string) => ({
    "a/http.body": body,
    "a/http.header.content-length": String(body.length),
  });
  // Two lengths that happen to be equal, and a third that is not.
  const seen = [page("up 5 s, 3 users"), page("up 6 s, 3 users")];
  expect(compared(seen, page("up 12 s, 3 users"))).toMatchObject({
    noise: ["a/http.header.content-length"],
    differences: [],
  });
  expect(
    compared([seen[0] ?? {}, seen[0] ?? {}], page("up 12 s, 3 users")).differences,
  ).toHaveLength(2);
});
