import { describe, expect, test } from "vitest";
import {
  isCircumstantial,
  isOpen,
  judge,
  settlingRuns,
  unprovable,
  type Evidence,
} from "../../src/compare/judge.ts";
import type { Accept, Claims, Contract, Probe } from "../../src/model/contract.ts";
import type { Observation } from "../../src/model/fact.ts";
import type { MeasuredImage } from "../../src/model/result.ts";
import { anatomy, plainImage } from "../images.ts";

const NO_CLAIMS: Claims = { size: null, transfer: null, packages: null, absent: [], user: null };

function contract(
  probes: readonly string[],
  more: { readonly accept?: readonly Accept[]; readonly claims?: Partial<Claims> } = {},
): Contract {
  const image = { kind: "image", image: "x", platform: null } as const;
  return {
    file: null,
    folder: "/app",
    name: "app",
    baseline: image,
    candidates: [{ name: "multi", source: image }],
    run: {
      env: {},
      args: null,
      user: null,
      readOnly: false,
      tmpfs: [],
      memory: 1,
      pids: 1,
      network: "bridge",
      mounts: [],
      ready: null,
    },
    services: [],
    probes: probes.map((name): Probe => ({
      kind: "files",
      name,
      paths: ["/"],
      within: 1000,
      expect: {},
    })),
    fuzz: [],
    claims: { ...NO_CLAIMS, ...more.claims },
    accept: more.accept ?? [],
  };
}

function measured(unpacked: number, user = ""): MeasuredImage {
  return {
    image: plainImage({ user, env: { PATH: user === "" ? "/bin" : "/usr/bin" } }),
    size: { unpacked, transfer: 1, layers: [] },
    anatomy: anatomy(0),
  };
}

/** A run that gave these facts, written as `PROBE/FACT: value`. */
function run(
  values: Readonly<Record<string, string>>,
  more: Partial<Pick<Observation, "unmet" | "notes">> = {},
): Observation {
  return {
    facts: Object.entries(values).map(([path, value]) => {
      const [probe = "", fact = ""] = path.split("/");
      return { probe, fact, value };
    }),
    unmet: more.unmet ?? [],
    notes: more.notes ?? [],
  };
}

const unmet = (probe: string) => ({
  probe,
  expectation: "status",
  message: "status is 500, expected 200",
});

const GOOD = { "container/start": "true", "a/x": "1", "b/x": "1" };

function evidence(
  baselineRuns: readonly Observation[],
  candidateRuns: readonly Observation[],
  images: Partial<Pick<Evidence, "baseline" | "candidate">> = {},
): Evidence {
  return {
    baseline: measured(100),
    candidate: measured(10),
    ...images,
    baselineRuns,
    candidateRuns,
  };
}

test("is unproven when a run of either side was broken, whatever else differs", () => {
  const message = "service db (postgres:17) was not ready within 30 s";
  const broken = { ...run({}), broken: { message, detail: ["its log"] } };
  const other = run({ ...GOOD, "a/x": "2" });
  for (const [theirs, ours] of [
    [[run(GOOD), broken], [other]],
    [
      [run(GOOD), run(GOOD)],
      [other, broken],
    ],
  ] as const)
    expect(judge(contract(["a", "b"]), "multi", evidence(theirs, ours))).toMatchObject({
      verdict: "unproven",
      differences: [],
      error: { message, detail: ["its log"] },
    });
});

test("is same when all facts are equal and all claims hold", () => {
  const bound = { kind: "percent", below: 25 } as const;
  const judgement = judge(
    contract(["a", "b"], { claims: { size: { text: "< 25%", bound } } }),
    "multi",
    evidence([run(GOOD), run(GOOD)], [run(GOOD)]),
  );
  expect(judgement).toEqual({
    verdict: "same",
    facts: 12, // nine of the config besides
    noise: [],
    noiseWithin: [],
    unproven: [],
    differences: [],
    flaky: [],
    claims: [{ claim: "size < 25%", holds: true, measured: "10.0%" }],
    notes: [],
    error: null,
  });
  expect(isOpen(judgement)).toBe(false);
});

describe("is circumstantial", () => {
  const log = (second: string, rest = "GET /"): string => `[29/Nov/2026 23:00:${second}] ${rest}`;
  const judged = (ours: Readonly<Record<string, string>>) => {
    const theirs = run({ ...GOOD, "a/log": log("04") });
    return judge(contract(["a", "b"]), "multi", evidence([theirs, theirs], [run(ours)]));
  };

  test("while a clock is all that differs", () => {
    const judgement = judged({ ...GOOD, "a/log": log("05") });
    expect(isOpen(judgement)).toBe(true);
    expect(isCircumstantial(judgement)).toBe(true);
  });

  test.for([
    ["another fact differs as well", { ...GOOD, "a/log": log("05"), "b/x": "2" }],
    ["more than the date differs", { ...GOOD, "a/log": log("05", "POST /") }],
    ["a number does that is no time", { ...GOOD, "a/log": log("04", "GET /7") }],
    ["a fact is missing", GOOD],
  ] as const)("not when %s", ([, ours]) => {
    const judgement = judged(ours);
    expect(isOpen(judgement)).toBe(true);
    expect(isCircumstantial(judgement)).toBe(false);
  });
});

describe("differs", () => {
  test("when a fact does", () => {
    const judgement = judge(
      contract(["a", "b"]),
      "multi",
      evidence([run(GOOD), run(GOOD)], [run({ ...GOOD, "b/x": "2" })]),
    );
    expect(judgement).toMatchObject({
      verdict: "differs",
      error: null,
      differences: [{ probe: "b", fact: "x", baseline: "1", candidate: "2", accepted: null }],
    });
    expect(isOpen(judgement)).toBe(true);
  });

  test("when the config does, which no further run could change", () => {
    const judgement = judge(
      contract(["a"]),
      "multi",
      evidence([run(GOOD), run(GOOD)], [run(GOOD)], { candidate: measured(10, "nonroot") }),
    );
    expect(judgement).toMatchObject({
      verdict: "differs",
      differences: [{ probe: "image", fact: "config.user" }],
      notes: ["ENV inherited from the base images differs: PATH"],
    });
    expect(isOpen(judgement)).toBe(false);
  });

  test("when a claim does not hold", () => {
    expect(
      judge(
        contract(["a"], { claims: { user: "non-root" } }),
        "multi",
        evidence([run(GOOD), run(GOOD)], [run(GOOD)]),
      ),
    ).toMatchObject({ verdict: "differs", claims: [{ claim: "user non-root", holds: false }] });
  });

  test("when only the candidate misses an expectation, though its facts are noise", () => {
    const noisy = (value: string, more = {}): Observation => run({ ...GOOD, "a/x": value }, more);
    expect(
      judge(
        contract(["a", "b"]),
        "multi",
        evidence([noisy("1"), noisy("2")], [noisy("3", { unmet: [unmet("a")] })]),
      ),
    ).toMatchObject({
      verdict: "differs",
      differences: [
        {
          probe: "a",
          fact: "expect.status",
          baseline: "met",
          candidate: "status is 500, expected 200",
        },
      ],
    });
  });

  test("once a fact: an expectation adds nothing to a probe that differs already", () => {
    const { differences } = judge(
      contract(["a"]),
      "multi",
      evidence([run(GOOD), run(GOOD)], [run({ ...GOOD, "a/x": "2" }, { unmet: [unmet("a")] })]),
    );
    expect(differences.map(({ fact }) => fact)).toEqual(["x"]);
  });
});

describe("an accepted difference", () => {
  const accept = [{ fact: "a/*", reason: "wanted", candidate: null }];

  test("does not count, and needs no further run", () => {
    const judgement = judge(
      contract(["a", "b"], { accept }),
      "multi",
      evidence([run(GOOD), run(GOOD)], [run({ ...GOOD, "a/x": "2" })]),
    );
    expect(judgement).toMatchObject({ verdict: "same", differences: [{ accepted: "wanted" }] });
    expect(isOpen(judgement)).toBe(false);
  });

  test("may come and go", () => {
    const runs = [run({ ...GOOD, "a/x": "2" }), run(GOOD), run(GOOD)];
    const baselineRuns = [run(GOOD), run(GOOD)];
    const judgement = judge(
      contract(["a", "b"], { accept }),
      "multi",
      evidence(baselineRuns, runs),
    );
    expect(judgement).toMatchObject({ verdict: "same", flaky: [{ runs: 1, accepted: "wanted" }] });
    expect(settlingRuns(judgement, { baselineRuns, candidateRuns: runs })).toBe(0);
  });

  test("does not hide another", () => {
    expect(
      judge(
        contract(["a", "b"], { accept }),
        "multi",
        evidence([run(GOOD), run(GOOD)], [run({ ...GOOD, "a/x": "2", "b/x": "2" })]),
      ).verdict,
    ).toBe("differs");
  });
});

describe("is unproven", () => {
  const nothing = { facts: 0, differences: [], claims: [], noise: [] };

  test("when the baseline did not start, with what it said", () => {
    const dead = run({ "container/start": "no such file" }, { notes: ["log: a", "log: b"] });
    expect(judge(contract(["a"]), "multi", evidence([run(GOOD), dead], [run(GOOD)]))).toMatchObject(
      {
        ...nothing,
        verdict: "unproven",
        error: {
          message: "the baseline did not start in 1 of 2 runs",
          detail: ["log: a", "log: b"],
        },
      },
    );
  });

  test("when the baseline misses its own expectation in any run", () => {
    const bad = run(GOOD, { unmet: [unmet("a"), unmet("b")] });
    expect(judge(contract(["a"]), "multi", evidence([run(GOOD), bad], [bad]))).toMatchObject({
      ...nothing,
      verdict: "unproven",
      error: {
        message:
          "the baseline does not meet its own expectation in 1 of 2 runs: a: status is 500, expected 200",
        detail: ["b: status is 500, expected 200"],
      },
    });
  });

  test("when a difference comes and goes", () => {
    const other = { ...GOOD, "a/x": "2" };
    expect(
      judge(
        contract(["a", "b"]),
        "multi",
        evidence([run(GOOD), run(GOOD), run(GOOD)], [run(other), run(GOOD), run(GOOD)]),
      ),
    ).toMatchObject({
      verdict: "unproven",
      error: { message: "flaky: a/x differs in 1 of 3 runs (baseline: 0 of 3)" },
    });
  });

  test("when no probe was left to compare", () => {
    const runs = ["1", "2"].map((it) => run({ "container/start": "true", "a/x": it }));
    expect(judge(contract(["a"]), "multi", evidence(runs, [run(GOOD)]))).toMatchObject({
      unproven: ["a"],
    });
    expect(judge(contract(["a"]), "multi", evidence(runs, runs.slice(0, 1)))).toMatchObject({
      verdict: "unproven",
      unproven: ["a"],
      error: { message: "the baseline is so noisy that no probe was left to compare" },
    });
  });

  test("when of those that were driven none was left, whatever else the contract has", () => {
    const runs = ["1", "2"].map((it) => run({ "container/start": "true", "a/x": it }));
    expect(
      judge(contract(["a", "not driven"]), "multi", evidence(runs, runs.slice(0, 1))),
    ).toMatchObject({ verdict: "unproven" });
  });

  test("for the reason that is given", () => {
    const error = { message: "no", detail: ["x"] };
    expect(unprovable(error)).toEqual({
      verdict: "unproven",
      facts: 0,
      noise: [],
      noiseWithin: [],
      unproven: [],
      differences: [],
      flaky: [],
      claims: [],
      notes: [],
      error,
    });
  });
});

test("a probe that is all noise among others that are not is named, and the rest compared", () => {
  const runs = ["1", "2"].map((it) => run({ ...GOOD, "a/x": it }));
  expect(
    judge(contract(["a", "b"]), "multi", evidence(runs, [run({ ...GOOD, "a/x": "3" })])),
  ).toMatchObject({ verdict: "same", noise: ["a/x"], unproven: ["a"] });
});

test("notes tell whose they are, each once", () => {
  const ours = run(GOOD, { notes: ["cut off", "slow"] });
  const theirs = run(GOOD, { notes: ["cut off", "late"] });
  expect(judge(contract(["a"]), "multi", evidence([ours, ours], [theirs])).notes).toEqual([
    "on both sides: cut off",
    "baseline: slow",
    "late",
  ]);
});

test("what the candidate does not repeat itself asks for more runs of the baseline", () => {
  const needed = (...values: readonly string[]): number => {
    const runs = {
      candidateRuns: values.map((value) => run({ ...GOOD, "a/x": value })),
      baselineRuns: [run(GOOD), run(GOOD), run(GOOD)],
    };
    const judgement = judge(
      contract(["a", "b"], {}),
      "multi",
      evidence(runs.baselineRuns, runs.candidateRuns),
    );
    return settlingRuns(judgement, runs);
  };
  expect(needed("2", "2", "2")).toBe(0);
  expect(needed("2", "3", "2")).toBe(4);
  expect(needed("1", "1", "1")).toBe(0);
  // Flaky: what comes in k of n runs shows in 3n / k runs of a baseline that has it as often, 19 times in 20.
  expect(needed("1", "1", "2")).toBe(9 - 3);
  expect(needed("2", ...Array<string>(19).fill("1"))).toBe(60 - 3);
});

test("an expectation that the candidate misses now and then is flaky, though its facts are noise", () => {
  const noisy = (value: number, more = {}): Observation =>
    run({ ...GOOD, "a/x": String(value) }, more);
  const runs = Array.from({ length: 20 }, (_, at) =>
    noisy(at, at === 7 ? { unmet: [unmet("a")] } : {}),
  );
  const judgement = judge(contract(["a", "b"]), "multi", evidence([noisy(1), noisy(2)], runs));
  expect(judgement).toMatchObject({
    verdict: "unproven",
    differences: [],
    flaky: [{ probe: "a", fact: "expect.status", runs: 1, of: 20, usual: "met" }],
    error: { message: "flaky: a/expect.status differs in 1 of 20 runs (baseline: 0 of 2)" },
  });
});

test("a flip that both sides have is same, and its rates are noted", () => {
  const flipping = Array.from({ length: 20 }, (_, at) =>
    run({ ...GOOD, "a/x": at === 3 ? "service is down" : "all is well" }),
  );
  const judgement = judge(contract(["a", "b"]), "multi", evidence(flipping, flipping));
  expect(judgement).toMatchObject({
    verdict: "same",
    flaky: [],
    notes: ["a/x flips on both sides alike: in 1 of 20 runs (baseline: 1 of 20)"],
  });
});
