/** What the judge says of a learner's folder. The judge builds, drives and compares; screens only show this. */
import type { PairResult } from "slimproof";
import type { Check } from "../course/exercise.ts";

export type Outcome = Case & {
  /** What a look at the learner's folder tells, which comes before what the states of the exercise say. */
  readonly seen?: string;
};

type Case =
  /** An edited Dockerfile has no instruction: nothing is built, and it never passes. */
  | { readonly kind: "empty"; readonly file: string }
  /** The Dockerfile cannot be built. `detail` is the end of the failed step's output. */
  | { readonly kind: "unbuilt"; readonly message: string; readonly detail: readonly string[] }
  /** The judge could not tell (e.g. the twin did not start), which is never the learner's fault alone. */
  | { readonly kind: "unproven"; readonly pair: PairResult }
  /** Facts or claims differ. */
  | { readonly kind: "differs"; readonly pair: PairResult }
  /** The contract holds, and this check does not. `why` is one line. */
  | {
      readonly kind: "lacking";
      readonly pair: PairResult;
      readonly check: Check;
      readonly why: string;
    }
  | { readonly kind: "done"; readonly pair: PairResult };
