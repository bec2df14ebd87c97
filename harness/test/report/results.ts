/** Results to report on, each a small change of one that is `same`. */
import type { Image, ImageSize } from "../../src/model/image.ts";
import type {
  CheckResult,
  Difference,
  Flaky,
  MeasuredImage,
  PairResult,
} from "../../src/model/result.ts";
import { worst } from "../../src/model/result.ts";
import { anatomy, plainImage } from "../images.ts";

export function image(
  size: {
    readonly unpacked: number;
    readonly transfer: number;
    readonly layers?: number;
    readonly packages?: number;
  },
  more: Partial<Image> = {},
): MeasuredImage {
  const layers = Array.from({ length: size.layers ?? 1 }, (_, at) => ({
    digest: `sha256:${at}`,
    unpacked: size.unpacked,
    transfer: size.transfer,
  }));
  return {
    image: plainImage({ id: "sha256:1234" }, { buildSeconds: 2.5, ...more }),
    size: { unpacked: size.unpacked, transfer: size.transfer, layers } satisfies ImageSize,
    anatomy: anatomy(size.packages ?? 12),
  };
}

export function difference(more: Partial<Difference>): Difference {
  return {
    probe: "greets",
    fact: "http.body",
    baseline: "Hello, Docker!",
    candidate: "Hello!",
    causes: [],
    accepted: null,
    ...more,
  };
}

export function flaky(more: Partial<Flaky>): Flaky {
  return {
    probe: "greets",
    fact: "http.body",
    runs: 1,
    of: 20,
    baseline: { runs: 0, of: 60 },
    usual: "Hello, Docker!",
    instead: "Try again later",
    accepted: null,
    ...more,
  };
}

export function pair(more: Partial<PairResult> = {}): PairResult {
  return {
    name: "go-calculator",
    folder: "apps/go-calculator",
    baseline: "single",
    candidate: "multi",
    verdict: "same",
    facts: 41,
    images: {
      baseline: image({ unpacked: 886_700_000, transfer: 297_900_000, layers: 7 }),
      candidate: image({ unpacked: 1_890_000, transfer: 1_150_000, layers: 1 }),
    },
    noise: [],
    noiseWithin: [],
    unproven: [],
    differences: [],
    flaky: [],
    claims: [],
    notes: [],
    error: null,
    seconds: 4.2,
    ...more,
  };
}

export function result(...pairs: readonly PairResult[]): CheckResult {
  return { verdict: worst(pairs.map((it) => it.verdict)), pairs, seconds: 12.34 };
}
