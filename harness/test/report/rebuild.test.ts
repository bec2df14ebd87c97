import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { RebuildResult } from "../../src/model/rebuild.ts";
import { findingsOf } from "../../src/rebuild/findings.ts";
import { rebuildJson, rebuildReport, rebuildStep } from "../../src/report/rebuild.ts";
import { change, flask, rebuilt } from "../rebuild/builds.ts";

function result(more: Partial<RebuildResult> = {}): RebuildResult {
  const steps = ["WORKDIR /app = cached", "COPY app.py . = cached < 0"];
  const changes = [
    change("none", null, [
      rebuilt("single", [0.03, 0.04, 0.05], steps),
      rebuilt("multi", [0.04, 0.05, 0.06], steps, 1.25),
    ]),
    flask(),
    { kind: "dependencies", file: null, missing: "no dependency list", images: [] } as const,
  ];
  return {
    name: "flask-hello",
    folder: "apps/flask-hello",
    engine: { version: "28.0.0" },
    baseline: "single",
    runs: 3,
    changes,
    findings: changes.flatMap(findingsOf),
    notes: [],
    seconds: 61.27,
    ...more,
  };
}

describe("the terminal report", () => {
  test("has a table of changes and images, then what it shows", () => {
    expect(rebuildReport(result(), false)).toBe(`flask-hello  apps/flask-hello
  rebuild times with a warm cache, seconds: median of 3 (least-most)

    after            image            median    least-most   ratio    cached
    no change        single             0.04     0.03-0.05            2 of 2
                     multi              0.05     0.04-0.06    1.25    2 of 2
    source edit      single             4.90     4.80-5.00            1 of 3
                     multi              0.30     0.29-0.31    0.06    3 of 4
    dependency edit  no dependency list

  no change
    = multi: 0.05 s against 0.04 s: no difference that matters

  source edit (app.py)
    ! single: packages are installed again (4.60 s), though no dependency
      changed: app.py is copied before, by COPY requirements.txt app.py ./
    + multi: faster, 0.30 s against 4.90 s: single spends 4.60 s in RUN python
      -m venv venv && venv/bin/pip install…; multi has its like cached

  Docker 28.0.0  61.3 s
`);
  });

  test("says that downloads count, and what was left out", () => {
    const dependencies = { ...flask(), kind: "dependencies", file: "requirements.txt" } as const;
    const notes = ["shipped is an image that exists: it is not built again"];
    const text = rebuildReport(result({ changes: [dependencies], findings: [], notes }), false);
    expect(text).toContain(
      "    note  times after a dependency edit include what is downloaded again\n" +
        "    note  shipped is an image that exists: it is not built again\n",
    );
  });

  test("is harmless and at most 80 columns wide, whatever the names", () => {
    const long = "\u001b[31mx\n".repeat(40);
    const image = rebuilt(long, [123.4, 1234.5], ["RUN x = 0.2"], 1234.567);
    const text = rebuildReport(
      result({
        name: long,
        folder: long,
        changes: [change("source", long, [image])],
        findings: [{ change: "source", image: long, kind: "even", text: long }],
        notes: [long],
      }),
      true,
    );
    const lines = stripVTControlCharacters(text).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(text).not.toContain("\u001b[31mx");
  });

  test("is coloured only when asked to", () => {
    expect(rebuildReport(result(), false)).not.toContain("\u001b");
    const coloured = rebuildReport(result(), true);
    expect(coloured).toContain("\u001b");
    expect(stripVTControlCharacters(coloured)).toBe(rebuildReport(result(), false));
  });
});

test("JSON has every run and step, rounded to milliseconds", () => {
  const document = JSON.parse(rebuildJson(result())) as Record<string, unknown>;
  expect(document).toMatchObject({
    schema: 1,
    name: "flask-hello",
    baseline: "single",
    runs: 3,
    engine: { version: "28.0.0" },
    changes: [
      { change: "none", file: null, missing: null },
      {
        change: "source",
        file: "app.py",
        images: [
          { image: "single", median: 4.9, least: 4.8, most: 5, ratio: null, steps: 3, cached: 1 },
          {
            image: "multi",
            median: 0.3,
            ratio: 0.06,
            steps: 4,
            cached: 3,
            runs: [
              {
                seconds: 0.3,
                steps: [
                  { stage: "builder", instruction: "FROM python:3.13-slim", cached: false },
                  { name: "[builder 1/1] COPY requirements.txt .", cached: true, seconds: 0 },
                  {},
                  {},
                  { stage: "final", instruction: "COPY app.py .", own: false, seconds: 0.04 },
                  { name: "exporting to image", own: true, seconds: 0.05 },
                ],
              },
              { seconds: 0.31 },
              { seconds: 0.29 },
            ],
          },
        ],
      },
      { change: "dependencies", missing: "no dependency list", images: [] },
    ],
    findings: [
      { change: "none", image: "multi", kind: "even" },
      { change: "source", image: "single", kind: "again" },
      { change: "source", image: "multi", kind: "faster" },
    ],
    seconds: 61.27,
  });
  expect(rebuildJson(result()).endsWith("}\n")).toBe(true);
});

test("progress is a line", () => {
  const at = { change: "source", image: "multi", run: 0, runs: 5 } as const;
  expect(rebuildStep(at)).toBe("source edit, warming up: multi");
  expect(rebuildStep({ ...at, change: "none", run: 2, image: "" })).toBe("no change, 2 of 5");
});
