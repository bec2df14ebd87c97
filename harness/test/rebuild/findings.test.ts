import { describe, expect, test } from "vitest";
import type { ChangeResult } from "../../src/model/rebuild.ts";
import { findingsOf } from "../../src/rebuild/findings.ts";
import { change, flask, rebuilt } from "./builds.ts";

function told(of: ChangeResult): string[] {
  return findingsOf(of).map(({ image, kind, text }) => `${image} ${kind} | ${text}`);
}

describe("a faster image", () => {
  test("is explained by what the other one runs and it has cached", () => {
    expect(told(flask())).toEqual([
      "single again | packages are installed again (4.60 s), though no dependency changed: app.py is copied before, by COPY requirements.txt app.py ./",
      "multi faster | faster, 0.30 s against 4.90 s: single spends 4.60 s in RUN python -m venv venv && venv/bin/pip install…; multi has its like cached",
    ]);
  });

  test("and by steps that take it less time, the largest first", () => {
    const lines = (build: number, more: number): string[] => [
      "COPY main.go . = 0.02",
      `RUN go build = ${build} < 0`,
      `engine: exporting to image = ${more} < 1`,
    ];
    const of = change("source", "main.go", [
      rebuilt("single", [4, 4, 4], lines(2.6, 1.3)),
      rebuilt("multi", [2.5, 2.5, 2.5], lines(2.2, 0.2)),
    ]);
    expect(told(of)).toEqual([
      "multi faster | faster, 2.50 s against 4.00 s: single spends 1.30 s in exporting to image, multi 0.20 s; single spends 2.60 s in RUN go build, multi 2.20 s",
    ]);
  });
});

describe("a slower image", () => {
  const single = ["COPY a.c . = 0.02", "RUN make = 1 < 0"];

  test("is explained by a step that the baseline does not have", () => {
    const multi = [
      "builder: COPY a.c . = 0.02",
      "builder: RUN make = 1 < 0",
      "final: COPY --from=builder /app /app = 0.3 < 1",
    ];
    const of = change("source", "a.c", [
      rebuilt("single", [1.1, 1.12, 1.1], single),
      rebuilt("multi", [1.45, 1.45, 1.5], multi),
    ]);
    expect(told(of)).toEqual([
      "multi slower | slower, 1.45 s against 1.10 s: multi spends 0.30 s in COPY --from=builder /app /app, a step that single does not have",
    ]);
  });

  test("is left unexplained when no step differs", () => {
    const of = change("source", "a.c", [
      rebuilt("single", [1.1, 1.1], single),
      rebuilt("multi", [2, 2], single),
    ]);
    expect(told(of)[0]).toMatch(/^multi slower \| .*no step explains it/);
  });
});

describe("no difference is told", () => {
  const lines = ["COPY a.c . = 0.02", "RUN make = 1 < 0"];

  test.each([
    ["where runs disagree", [1, 1.5, 2.4], [1.2, 1.9, 2.6]],
    ["where it is a matter of milliseconds", [0.03, 0.03, 0.03], [0.06, 0.06, 0.06]],
  ])("%s", (_, base, own) => {
    const of = change("source", "a.c", [
      rebuilt("single", base, lines),
      rebuilt("multi", own, lines),
    ]);
    expect(told(of)).toEqual([expect.stringMatching(/^multi even \| .*: .*no difference/)]);
  });
});

describe("an image by itself", () => {
  const source = (lines: readonly string[]): string[] =>
    told(change("source", "app.py", [rebuilt("single", [1], lines)]));

  test("installs again where everything is copied first", () => {
    expect(source(["COPY . . = 0.1", "RUN npm ci && npm run build = 9 < 0"])).toEqual([
      "single again | packages are installed again (9.00 s), though no dependency changed: app.py is copied before, by COPY . .",
    ]);
  });

  test("compiles again, as it should", () => {
    expect(source(["COPY . . = 0.1", "RUN go build -o app = 9 < 0"])).toEqual([]);
    const dependencies = [rebuilt("single", [1], ["COPY . . = 0.1", "RUN npm ci = 9 < 0"])];
    expect(told(change("dependencies", "package.json", dependencies))).toEqual([]);
  });

  test("has a stage whose output the edit did not change", () => {
    expect(
      source([
        "builder: COPY a.c . = 0.1",
        "builder: RUN cc -o a a.c = 1 < 0",
        "final: COPY --from=builder /a /a = cached < 1",
      ]),
    ).toEqual([
      "single same-output | COPY --from=builder /a /a stayed cached: the edit changed no byte of what it copies; one that does runs it and what follows",
    ]);
  });

  test("is not reached by the edit", () => {
    expect(
      source(["FROM base = 0.002", "COPY b.py . = cached < 0", "engine: exporting = 0.1 < 1"]),
    ).toEqual(["single untouched | no step ran again: app.py goes into none of its steps"]);
    expect(told(change("none", null, [rebuilt("single", [1], ["COPY a . = cached"])]))).toEqual([]);
  });
});

test("a step that the engine tells of in microseconds did not run", () => {
  const lines = ["final: WORKDIR /app = 0.00002", "final: COPY --from=builder /a . = cached < 0"];
  const image = rebuilt("multi", [0.1], lines);
  expect([image.cached, image.steps]).toEqual([2, 2]);
});

test("what was not measured has no findings", () => {
  expect(
    findingsOf({ kind: "dependencies", file: null, missing: "no dependency list", images: [] }),
  ).toEqual([]);
});
