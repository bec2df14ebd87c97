import type { BuildEvent } from "../engine/build-log.ts";
import type { Engine } from "../engine/engine.ts";
import type { PairResult, Verdict } from "../model/result.ts";
import type { Grounds } from "./grounds.ts";

/** What an image of a pair is at. */
export type Progress = { readonly pair: string; readonly image: string } & (
  | { readonly kind: "queued" }
  | { readonly kind: "build"; readonly event: BuildEvent }
  | { readonly kind: "built"; readonly seconds: number | null }
  | { readonly kind: "drive"; readonly probe: string }
  /** What a first run says that differs, told where that was asked for, while more runs confirm it or do not. */
  | { readonly kind: "likely"; readonly result: PairResult }
  | { readonly kind: "again" }
  | { readonly kind: "judged"; readonly verdict: Verdict }
);

/** What all contracts of a check share. */
export interface Workplace {
  readonly engine: Engine;
  /** Lets a fixed number of containers run at once; one for the whole process. */
  readonly gate: <T>(task: () => Promise<T>) => Promise<T>;
  readonly only: readonly string[] | null;
  readonly candidates: readonly string[] | null;
  readonly cache: boolean;
  readonly keep: boolean;
  /** How often each candidate is driven, at least once; more often where a difference has to be confirmed. */
  readonly runs: number;
  /** Whether likely results are told. */
  readonly likely: boolean;
  readonly fuzz: FuzzSettings;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Told of each pair that was judged by what was observed of it. */
  readonly onJudged?: (grounds: Grounds) => void;
}

/** How generated inputs are drawn. */
export interface FuzzSettings {
  readonly seed: number;
  /** Milliseconds for each entry of a contract and each candidate. */
  readonly budget: number;
}
