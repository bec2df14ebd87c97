import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { CheckResult, Difference, Flaky, PairResult } from "../../src/model/result.ts";
import { terminalReport } from "../../src/report/terminal.ts";
import { difference, flaky, image, pair, result } from "./results.ts";

/** The report as it stands on a terminal, a line feed before it for the eye. */
function report(...pairs: readonly PairResult[]): string {
  return `\n${terminalReport(result(...pairs), false)}`;
}

const minimal = image(
  { unpacked: 1_420_000, transfer: 640_000, layers: 2 },
  { buildSeconds: 11.25 },
);

test("two candidates that are the same", () => {
  const claim = { claim: "size < 25%", holds: true };
  expect(
    report(
      pair({ claims: [{ ...claim, measured: "0.21%" }] }),
      pair({
        candidate: "minimal",
        claims: [
          { ...claim, measured: "0.16%" },
          { claim: "user non-root", holds: true, measured: "65532" },
        ],
        images: { ...pair().images, candidate: minimal },
        seconds: 5,
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    go-calculator  apps/go-calculator
      ✓ multi    same      41 facts  4.2 s
      ✓ minimal  same      41 facts  5.0 s

                     size         transfer         layers  packages   build
        single     887 MB           298 MB              7        12   2.5 s
        multi     1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s
        minimal   1.42 MB   0.16%   640 kB   0.21%      2        12  11.3 s

        ✓ size < 25%     multi 0.21%; minimal 0.16%
        ✓ user non-root  minimal 65532

    ✓ 2 pairs: 2 same  12.3 s
    "
  `);
});

test("what is flaky, with its rate on both sides", () => {
  expect(
    report(
      pair({
        verdict: "unproven",
        flaky: [flaky({}), flaky({ fact: "http.status", usual: "200", instead: null, runs: 3 })],
        error: {
          message: "flaky: greets/http.body differs in 1 of 20 runs (baseline: 0 of 60)",
          detail: [],
        },
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    go-calculator  apps/go-calculator
      ? multi  unproven  41 facts, 2 flaky  4.2 s

                    size         transfer         layers  packages   build
        single    887 MB           298 MB              7        12   2.5 s
        multi    1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s

        multi: flaky: greets/http.body differs in 1 of 20 runs (baseline: 0 of 60)

        ? multi: greets http.body
          in 1 of 20 runs (baseline: 0 of 60)
          - Hello, Docker!
          + Try again later

        ? multi: greets http.status
          in 3 of 20 runs (baseline: 0 of 60)
          - 200
          + (not there)

    ? 1 pair: 1 unproven  12.3 s
    "
  `);
});

test("a difference", () => {
  expect(
    report(
      pair({
        verdict: "differs",
        differences: [
          difference({
            probe: "adds and leaves",
            fact: "terminal.transcript",
            baseline: "I am a calculator app ....\nEnter: 1 + 2\nResult: 3\nEnter: exit\n",
            candidate: "I am a calculator app ....\nEnter: 1 + 2\nResult: 4\nEnter: exit\n",
          }),
          difference({ fact: "exit.code", baseline: "0", candidate: "127" }),
        ],
        claims: [{ claim: "size < 0.1%", holds: false, measured: "0.21%" }],
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    go-calculator  apps/go-calculator
      ✗ multi  differs   2 of 41 facts differ, 1 claim failed  4.2 s

                    size         transfer         layers  packages   build
        single    887 MB           298 MB              7        12   2.5 s
        multi    1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s

        ✗ size < 0.1%  multi 0.21%, does not hold

        ✗ multi: adds and leaves terminal.transcript
            I am a calculator app ....
            Enter: 1 + 2
          - Result: 3
          + Result: 4
            Enter: exit

        ✗ multi: greets exit.code
          - 0
          + 127

    ✗ 1 pair: 1 differs  12.3 s
    "
  `);
});

test("a build that failed", () => {
  expect(
    report(
      pair({
        candidate: "minimal",
        verdict: "unproven",
        facts: 0,
        images: { baseline: pair().images.baseline, candidate: null },
        error: {
          message:
            "apps/go-calculator/Dockerfile.minimal: build failed in stage builder, RUN go build -trimpath -ldflags='-s -w' -o app: exit code 1",
          detail: ["# calculator", "./main.go:7:2: undefined: fnt", "    fnt.Println()", "    ^^^"],
        },
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    go-calculator  apps/go-calculator
      ? minimal  unproven  4.2 s

                    size         transfer         layers  packages   build
        single    887 MB           298 MB              7        12   2.5 s

        minimal: apps/go-calculator/Dockerfile.minimal: build failed in stage
        builder, RUN go build -trimpath -ldflags='-s -w' -o app: exit code 1
          | # calculator
          | ./main.go:7:2: undefined: fnt
          |     fnt.Println()
          |     ^^^

    ? 1 pair: 1 unproven  12.3 s
    "
  `);
});

test("a baseline that cannot serve as one", () => {
  expect(
    report(
      pair({
        verdict: "unproven",
        facts: 0,
        error: {
          message:
            "the baseline does not meet its own expectation: greets: status is 500, expected 200",
          detail: ["leaves: it had not ended within 5 s"],
        },
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    go-calculator  apps/go-calculator
      ? multi  unproven  4.2 s

                    size         transfer         layers  packages   build
        single    887 MB           298 MB              7        12   2.5 s
        multi    1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s

        multi: the baseline does not meet its own expectation: greets: status is
        500, expected 200
          | leaves: it had not ended within 5 s

    ? 1 pair: 1 unproven  12.3 s
    "
  `);
});

test("what was accepted, noise, notes and stand-ins, each said once", () => {
  const accepted = difference({
    probe: "image",
    fact: "config.user",
    baseline: "",
    candidate: "65532",
    accepted: "the small image runs as nonroot,\nwhich a web server above port 1024 can do",
  });
  const standIns = ["debian:trixie-slim made from Debian trixie's packages (13.8)"];
  const images = {
    baseline: image({ unpacked: 100_000_000, transfer: 40_000_000 }, { standIns }),
    candidate: image({ unpacked: 50_000_000, transfer: 20_000_000 }, { standIns }),
  };
  const more = {
    images,
    differences: [accepted],
    noise: ["greets/http.header.date"],
    notes: ["ENV inherited from the base images differs: LANG, PATH"],
  };
  expect(report(pair(more), pair({ ...more, candidate: "minimal", unproven: ["tells the time"] })))
    .toMatchInlineSnapshot(`
      "
      go-calculator  apps/go-calculator
        ✓ multi    same      41 facts, 1 noise, 1 accepted  4.2 s
        ✓ minimal  same      41 facts, 1 noise, 1 accepted  4.2 s

                       size         transfer         layers  packages   build
          single     100 MB          40.0 MB              1        12   2.5 s
          multi     50.0 MB   50.0%  20.0 MB   50.0%      1        12   2.5 s
          minimal   50.0 MB   50.0%  20.0 MB   50.0%      1        12   2.5 s

          minimal: all of "tells the time" is noise: it proves nothing

          accepted  multi, minimal: image/config.user: the small image runs as
                    nonroot, which a web server above port 1024 can do
          note      multi, minimal: ENV inherited from the base images differs: LANG,
                    PATH
          stand-in  debian:trixie-slim made from Debian trixie's packages (13.8)

      ✓ 2 pairs: 2 same  12.3 s
      "
    `);
});

test("several contracts, and the summary", () => {
  expect(
    report(
      pair(),
      pair({
        name: "flask-hello",
        folder: "flask-hello",
        verdict: "differs",
        claims: [{ claim: "size smaller", holds: false, measured: "101.0%" }],
      }),
      pair({
        name: "empty",
        folder: "x",
        verdict: "unproven",
        facts: 0,
        images: { baseline: null, candidate: null },
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    go-calculator  apps/go-calculator
      ✓ multi  same      41 facts  4.2 s

                    size         transfer         layers  packages   build
        single    887 MB           298 MB              7        12   2.5 s
        multi    1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s

    flask-hello
      ✗ multi  differs   41 facts, 1 claim failed  4.2 s

                    size         transfer         layers  packages   build
        single    887 MB           298 MB              7        12   2.5 s
        multi    1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s

        ✗ size smaller  multi 101.0%, does not hold

    empty  x
      ? multi  unproven  4.2 s

    ? 3 pairs: 1 same, 1 differs, 1 unproven  12.3 s
    "
  `);
});

test("images of no bytes at all have no share", () => {
  const none = image({ unpacked: 0, transfer: 32 }, { buildSeconds: null });
  expect(report(pair({ images: { baseline: none, candidate: none } }))).toMatch(
    /multi +0 B +- +32 B +100\.0% +1 +12 +-$/m,
  );
});

test("lines that would be too long go on in the next one", () => {
  expect(
    report(
      pair({
        candidate: "registry.example/calculator:1.4",
        facts: 12_345,
        verdict: "differs",
        differences: [
          ...Array.from({ length: 3 }, () => difference({ accepted: "wanted" })),
          difference({}),
        ],
        noise: ["a/b"],
        claims: [
          { claim: "size < 25%", holds: false, measured: "30.0%" },
          { claim: "transfer < 25%", holds: true, measured: "20.0%" },
        ],
      }),
      pair({
        candidate: "another with a name that is long",
        claims: [{ claim: "size < 25%", holds: false, measured: "31.0%" }],
      }),
    ),
  ).toMatchInlineSnapshot(`
    "
    go-calculator  apps/go-calculator
      ✗ registry.example/ca…  differs   1 of 12345 facts differ, 1 claim  4.2 s
                                        failed, 1 noise, 3 accepted
      ✓ another with a name…  same      41 facts, 1 claim failed  4.2 s

                             size         transfer         layers  packages   build
        single             887 MB           298 MB              7        12   2.5 s
        registry.examp…   1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s
        another with a…   1.89 MB   0.21%  1.15 MB   0.39%      1        12   2.5 s

        ✗ size < 25%      registry.examp… 30.0%, does not hold;
                          another with a… 31.0%, does not hold
        ✓ transfer < 25%  registry.examp… 20.0%

        ✗ registry.example/ca…: greets http.body
          - Hello, Docker!
          + Hello!

        accepted  registry.example/calculator:1.4: greets/http.body: wanted

    ✗ 2 pairs: 1 same, 1 differs  12.3 s
    "
  `);
});

test("colours come only when asked for, and change nothing else", () => {
  const it = result(
    pair({
      verdict: "differs",
      differences: [difference({}), difference({ accepted: "wanted" })],
      claims: [{ claim: "size < 1%", holds: false, measured: "2.0%" }],
      notes: ["a note"],
    }),
  );
  const painted = terminalReport(it, true);
  expect(painted).toContain("\u001b[31m");
  expect(stripVTControlCharacters(painted)).toBe(terminalReport(it, false));
});

describe("whatever a result holds", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          "漢字",
          "🚀",
          "\u001b[31m",
          "\u202e",
          "\n",
          "word ",
          "x".repeat(40),
          "👩‍💻",
          "e\u0301",
        ),
      )
      .map((it) => it.join("")),
  );
  const count = fc.integer({ min: 0, max: 1_000_000 });
  const measured = fc.option(
    fc
      .record({
        unpacked: fc.nat(),
        transfer: fc.nat(),
        layers: fc.nat(130),
        standIns: fc.array(text, { maxLength: 2 }),
        seconds: fc.option(fc.float({ min: 0, max: 99_999, noNaN: true })),
      })
      .map(({ standIns, seconds, ...size }) => image(size, { standIns, buildSeconds: seconds })),
  );
  const differences: fc.Arbitrary<Difference> = fc.record({
    probe: text,
    fact: text,
    baseline: fc.option(text),
    candidate: fc.option(text),
    causes: fc.array(fc.record({ id: text, evidence: text, mend: fc.option(text) }), {
      maxLength: 2,
    }),
    accepted: fc.option(text),
  });
  const rate = { runs: count, of: count };
  const flakies: fc.Arbitrary<Flaky> = fc.record({
    probe: text,
    fact: text,
    ...rate,
    baseline: fc.record(rate),
    usual: fc.option(text),
    instead: fc.option(text),
    accepted: fc.option(text),
  });
  const pairs: fc.Arbitrary<PairResult> = fc.record({
    name: text,
    folder: text,
    baseline: text,
    candidate: text,
    verdict: fc.constantFrom("same", "differs", "unproven"),
    facts: count,
    images: fc.record({ baseline: measured, candidate: measured }),
    noise: fc.array(text, { maxLength: 2 }),
    noiseWithin: fc.array(fc.record({ fact: text, kinds: fc.array(text, { maxLength: 2 }) }), {
      maxLength: 2,
    }),
    unproven: fc.array(text, { maxLength: 2 }),
    differences: fc.array(differences, { maxLength: 3 }),
    flaky: fc.array(flakies, { maxLength: 2 }),
    claims: fc.array(fc.record({ claim: text, holds: fc.boolean(), measured: text }), {
      maxLength: 3,
    }),
    notes: fc.array(text, { maxLength: 2 }),
    error: fc.option(fc.record({ message: text, detail: fc.array(text, { maxLength: 3 }) })),
    seconds: fc.float({ min: 0, max: 99_999, noNaN: true }),
  });
  const results: fc.Arbitrary<CheckResult> = fc
    .array(pairs, { maxLength: 4 })
    .map((it) => result(...it));

  test("no line is wider than 80 columns, and none holds what a terminal would obey", () => {
    fc.assert(
      fc.property(results, (it) => {
        const plain = terminalReport(it, false);
        const bad = plain
          .split("\n")
          .filter((line) => stringWidth(line) > 80 || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(line));
        expect(bad).toEqual([]);
        expect(plain.endsWith("\n")).toBe(true);
        expect(stripVTControlCharacters(terminalReport(it, true))).toBe(plain);
      }),
      { numRuns: 100 },
    );
  }, 30_000);
});
