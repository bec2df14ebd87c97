import fc from "fast-check";
import { expect, test } from "vitest";
import { SURFACE_NAMES } from "../../src/report/anatomy-names.ts";
import { jsonReport } from "../../src/report/json.ts";
import { difference, flaky, image, pair, result } from "./results.ts";

/** Every key of a document, by path; lists count as their first element. */
function keys(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.length > 0 ? keys(value[0], `${path}[]`) : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${path}.${key}`,
    ...keys(inner, `${path}.${key}`),
  ]);
}

const whole = result(
  pair({
    verdict: "differs",
    noise: ["greets/http.header.date"],
    unproven: ["tells the time"],
    differences: [
      difference({
        probe: "adds and leaves",
        fact: "exit.code",
        baseline: "0",
        candidate: "127",
        causes: [{ id: "missing-loader", evidence: "/app/app asks for a loader", mend: null }],
      }),
    ],
    flaky: [flaky({ probe: "a", fact: "b", runs: 1, of: 3 })],
    claims: [{ claim: "size < 25%", holds: true, measured: "0.3%" }],
    notes: ["a note"],
    error: { message: "flaky", detail: ["a line"] },
    seconds: 4.23456,
  }),
);

/** The keys of the example in the contract's documentation ("JSON"); its candidate's image is left out there. */
const PROMISED = [
  ".schema",
  ".verdict",
  ".pairs",
  ".pairs[].name",
  ".pairs[].candidate",
  ".pairs[].verdict",
  ".pairs[].facts",
  ".pairs[].images",
  ".pairs[].images.baseline",
  ".pairs[].images.baseline.id",
  ".pairs[].images.baseline.unpacked",
  ".pairs[].images.baseline.transfer",
  ".pairs[].images.baseline.packages",
  ".pairs[].images.candidate",
  ".pairs[].noise",
  ".pairs[].differences",
  ".pairs[].differences[].probe",
  ".pairs[].differences[].fact",
  ".pairs[].differences[].baseline",
  ".pairs[].differences[].candidate",
  ".pairs[].differences[].causes",
  ".pairs[].differences[].causes[].id",
  ".pairs[].differences[].causes[].evidence",
  ".pairs[].differences[].accepted",
  ".pairs[].claims",
  ".pairs[].claims[].claim",
  ".pairs[].claims[].holds",
  ".pairs[].claims[].measured",
  ".pairs[].error",
  ".pairs[].seconds",
];

const ADDED = [
  ".seconds",
  ".pairs[].folder",
  ".pairs[].noiseWithin",
  ".pairs[].differences[].causes[].mend",
  ".pairs[].unproven",
  ".pairs[].flaky",
  ".pairs[].flaky[].probe",
  ".pairs[].flaky[].fact",
  ".pairs[].flaky[].runs",
  ".pairs[].flaky[].of",
  ".pairs[].flaky[].baseline",
  ".pairs[].flaky[].baseline.runs",
  ".pairs[].flaky[].baseline.of",
  ".pairs[].flaky[].usual",
  ".pairs[].flaky[].instead",
  ".pairs[].flaky[].accepted",
  ".pairs[].notes",
  ".pairs[].detail",
  ...["baseline", "candidate"].flatMap((side) =>
    [
      "layers",
      "layers[].digest",
      "layers[].unpacked",
      "layers[].transfer",
      "buildSeconds",
      "standIns",
      "anatomy",
      "anatomy.distribution",
      "anatomy.files",
      "anatomy.causes",
      "anatomy.binaries",
      ...["count", "bytes"].map((key) => `anatomy.files.${key}`),
      ...["static", "dynamic", "libraries", "stripped", "missing"].map(
        (key) => `anatomy.binaries.${key}`,
      ),
      ...Object.keys(SURFACE_NAMES).flatMap((part) =>
        ["", ".count", ".bytes"].map((key) => `anatomy.${part}${key}`),
      ),
    ].map((key) => `.pairs[].images.${side}.${key}`),
  ),
  ...["id", "unpacked", "transfer", "packages"].map((key) => `.pairs[].images.candidate.${key}`),
];

test("has the keys that the contract promises, those that were added, and no others", () => {
  expect(keys(JSON.parse(jsonReport(whole))).toSorted()).toEqual(
    [...PROMISED, ...ADDED].toSorted(),
  );
});

test("tells what is inside an image in numbers", () => {
  const measured = image({ unpacked: 1000, transfer: 500 });
  const anatomy = {
    ...measured.anatomy,
    distribution: { id: "debian", version: "13" },
    causes: [{ cause: "compiler", bytes: 900 } as const, { cause: "system", bytes: 100 } as const],
    shells: { count: 2, bytes: 1500, paths: ["/bin/bash", "/bin/sh"] },
  };
  const images = { baseline: { ...measured, anatomy }, candidate: measured };
  expect(JSON.parse(jsonReport(result(pair({ images })))).pairs[0].images.baseline).toMatchObject({
    anatomy: {
      distribution: { id: "debian", version: "13" },
      causes: { compiler: 900, system: 100 },
      shells: { count: 2, bytes: 1500 },
      binaries: { missing: 0 },
    },
  });
});

test("holds the values of the result", () => {
  expect(JSON.parse(jsonReport(whole))).toMatchObject({
    schema: 1,
    verdict: "differs",
    seconds: 12.34,
    pairs: [
      {
        name: "go-calculator",
        folder: "apps/go-calculator",
        candidate: "multi",
        verdict: "differs",
        facts: 41,
        images: {
          baseline: { id: "sha256:1234", unpacked: 886_700_000, transfer: 297_900_000 },
          candidate: { unpacked: 1_890_000, transfer: 1_150_000, buildSeconds: 2.5 },
        },
        noise: ["greets/http.header.date"],
        differences: [
          {
            probe: "adds and leaves",
            fact: "exit.code",
            baseline: "0",
            candidate: "127",
            causes: [{ id: "missing-loader", evidence: "/app/app asks for a loader", mend: null }],
            accepted: null,
          },
        ],
        claims: [{ claim: "size < 25%", holds: true, measured: "0.3%" }],
        error: "flaky",
        detail: ["a line"],
        seconds: 4.235,
      },
    ],
  });
});

test("what is not there is null, and nothing at all is no pairs", () => {
  const { pairs } = JSON.parse(
    jsonReport(
      result(
        pair({
          images: {
            baseline: image({ unpacked: 1, transfer: 1 }, { buildSeconds: null }),
            candidate: null,
          },
        }),
      ),
    ),
  ) as { pairs: [{ images: { baseline: object; candidate: null }; error: null; detail: [] }] };
  expect(pairs[0]).toMatchObject({
    images: { baseline: { buildSeconds: null, packages: 12 }, candidate: null },
    error: null,
    detail: [],
  });
  expect(JSON.parse(jsonReport(result()))).toEqual({
    schema: 1,
    verdict: "same",
    pairs: [],
    seconds: 12.34,
  });
});

test("is one document that ends with a line feed, and gives every value back as it was", () => {
  const value = fc.option(fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(value, value, (baseline, candidate) => {
      const text = jsonReport(result(pair({ differences: [difference({ baseline, candidate })] })));
      expect(text.endsWith("}\n")).toBe(true);
      const document = JSON.parse(text) as { pairs: [{ differences: [object] }] };
      expect(document.pairs[0].differences[0]).toMatchObject({ baseline, candidate });
    }),
  );
});
