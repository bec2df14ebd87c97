/** Builds for tests, written as a person would tell them. */
import type { BuildStep, ChangeKind, ChangeResult, ImageRebuild } from "../../src/model/rebuild.ts";
import { spread } from "../../src/rebuild/spread.ts";
import { counted, hasRun } from "../../src/rebuild/work.ts";

/**
 * A step from `builder: RUN make = 2.5 < 0 1`: its stage when it has one, its instruction, its seconds (or `cached`),
 * and the steps it takes from. `engine: exporting to image = 0.1` is one of the engine's own.
 */
function step(line: string): BuildStep {
  const [, stage, instruction = "", how = "", inputs = ""] =
    /^(?:(\w+): )?(.*) = (cached|[\d.]+)(?: < ([\d ]+))?$/.exec(line) ?? [];
  const own = stage === "engine";
  const named = own || stage === undefined ? null : stage;
  return {
    name: own ? instruction : `[${named === null ? "" : `${named} `}1/1] ${instruction}`,
    instruction,
    stage: named,
    own,
    cached: how === "cached",
    seconds: how === "cached" ? 0 : Number(how),
    inputs: inputs === "" ? [] : inputs.split(" ").map(Number),
    span: { from: 0, to: how === "cached" ? 0 : Number(how) * 1000 },
  };
}

/** An image whose runs took these seconds, each with the same steps. */
export function rebuilt(
  image: string,
  seconds: readonly number[],
  lines: readonly string[],
  ratio: number | null = null,
): ImageRebuild {
  const steps = lines.map(step);
  return {
    image,
    runs: seconds.map((it) => ({ seconds: it, steps })),
    seconds: spread(seconds),
    ratio,
    steps: counted(steps).length,
    cached: counted(steps).filter((it) => !hasRun(it)).length,
  };
}

export function change(
  kind: ChangeKind,
  file: string | null,
  images: readonly ImageRebuild[],
): ChangeResult {
  return { kind, file, missing: null, images };
}

const FLASK_FIRST = [
  "FROM python:3.13-slim = 0.0001",
  "WORKDIR /app = cached < 0",
  "COPY requirements.txt app.py ./ = 0.1 < 1",
  "RUN python -m venv venv && venv/bin/pip install -r requirements.txt = 4.6 < 2",
  "engine: exporting to image = 0.08 < 3",
];

const FLASK_THEN = [
  "builder: FROM python:3.13-slim = 0.0001",
  "builder: COPY requirements.txt . = cached < 0",
  "builder: RUN python -m venv --without-pip venv && pip install -r requirements.txt = cached < 1",
  "final: COPY --from=builder /app/venv venv = cached < 2 0",
  "final: COPY app.py . = 0.04 < 3",
  "engine: exporting to image = 0.05 < 4",
];

/** A pair whose baseline copies the source before it installs. */
export function flask(): ChangeResult {
  return change("source", "app.py", [
    rebuilt("single", [4.9, 4.8, 5], FLASK_FIRST),
    rebuilt("multi", [0.3, 0.31, 0.29], FLASK_THEN, 0.06),
  ]);
}
