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
}

/** A fact that differs from the baseline in some of the candidate's runs. */
export interface Flaky {
  readonly probe: string;
  readonly fact: string;
  /** In how many runs it differs, and of how many. */
  readonly runs: number;
  readonly of: number;
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
