import type { Anatomy } from "./anatomy.ts";
import type { Image, ImageSize } from "./image.ts";

export type Verdict = "same" | "differs" | "unproven";

/** Why a fact differs, with what was found in the two images. The ids are listed in docs/contract.md. */
export interface Cause {
  readonly id: string;
  readonly evidence: string;
  /** What to write in the Dockerfile, null when that cannot be said for the images at hand. */
  readonly mend: string | null;
}

/** One fact on which the two sides disagree. A side is null when it does not have the fact. */
export interface Difference {
  readonly probe: string;
  readonly fact: string;
  readonly baseline: string | null;
  readonly candidate: string | null;
  readonly causes: readonly Cause[];
  /** The reason given in the contract, null when the difference was not accepted. */
  readonly accepted: string | null;
  /** How often each side departs from what the baseline usually has, where that is not never and always. */
  readonly rates?: Rates;
}

/** As often as this an image may be driven: what shows once in 300 runs is then seen with 95 % certainty. */
export const MOST_RUNS = 1000;

/** In how many runs, and of how many. */
export interface Rate {
  readonly runs: number;
  readonly of: number;
}

export interface Rates {
  readonly baseline: Rate;
  readonly candidate: Rate;
}

/** `1 of 20 runs (baseline: 0 of 60)`. */
export function ratesText({ baseline, candidate }: Rates): string {
  return `${candidate.runs} of ${candidate.of} runs (baseline: ${baseline.runs} of ${baseline.of})`;
}

/** A fact that differs from the baseline in some of the candidate's runs: in `runs` runs of `of`. */
export interface Flaky extends Rate {
  readonly probe: string;
  readonly fact: string;
  /** How often the baseline itself departs from what it usually has. */
  readonly baseline: Rate;
  /** What the baseline usually has, and what the candidate has had instead; null where the fact is not there. */
  readonly usual: string | null;
  readonly instead: string | null;
  /** As that of a difference. */
  readonly accepted: string | null;
}

/** A fact of which the baseline repeats only a part: that part was compared. */
export interface PartialNoise {
  /** PROBE/FACT. */
  readonly fact: string;
  /** What varies in it: `date`, `id`, `number`, `order` … */
  readonly kinds: readonly string[];
}

export interface ClaimResult {
  readonly claim: string;
  readonly holds: boolean;
  readonly measured: string;
}

export interface MeasuredImage {
  readonly image: Image;
  readonly size: ImageSize;
  readonly anatomy: Anatomy;
}

/** One baseline against one candidate. */
export interface PairResult {
  /** The contract's name. */
  readonly name: string;
  /** The folder as the user named it. */
  readonly folder: string;
  /** What the baseline is called: the ending of its Dockerfile (`single`), else `baseline`. */
  readonly baseline: string;
  readonly candidate: string;
  readonly verdict: Verdict;
  /** How many facts were compared: all that either side has, noise and accepted ones included. */
  readonly facts: number;
  /** null when it could not be built. */
  readonly images: {
    readonly baseline: MeasuredImage | null;
    readonly candidate: MeasuredImage | null;
  };
  /** Facts that the baseline does not repeat: nothing of them could be compared. */
  readonly noise: readonly string[];
  readonly noiseWithin: readonly PartialNoise[];
  /** Probes all of whose facts were noise: nothing of them was compared. */
  readonly unproven: readonly string[];
  readonly differences: readonly Difference[];
  /** Facts that differ now and then: too seldom to be a difference, too often to be the same. */
  readonly flaky: readonly Flaky[];
  readonly claims: readonly ClaimResult[];
  readonly notes: readonly string[];
  /** Why the verdict is `unproven`, null otherwise. */
  readonly error: PairError | null;
  readonly seconds: number;
}

export interface PairError {
  /** One line for the summary. */
  readonly message: string;
  /** Lines for whoever must mend it, e.g. the end of the failed step's output. */
  readonly detail: readonly string[];
}

export interface CheckResult {
  readonly verdict: Verdict;
  readonly pairs: readonly PairResult[];
  readonly seconds: number;
}

const RANK: readonly Verdict[] = ["same", "differs", "unproven"];

/** The worst of several verdicts; `same` of none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return RANK[Math.max(0, ...verdicts.map((verdict) => RANK.indexOf(verdict)))] ?? "unproven";
}

/** The process exit code of a verdict: 0 same, 1 differs, 2 unproven. */
export function exitCode(verdict: Verdict): number {
  return RANK.indexOf(verdict);
}
