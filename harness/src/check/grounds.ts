import { judge, type Evidence, type Judgement } from "../compare/judge.ts";
import type { NoiseKind } from "../compare/noise/pattern.ts";
import type { Contract } from "../model/contract.ts";
import type { Difference } from "../model/result.ts";
import { withCauses, type Found } from "./explain-pair.ts";

/** All that the judgement of one pair rests on. Images that were not built, and so never observed, have none. */
export interface Grounds {
  /** With the probes that were asked. */
  readonly contract: Contract;
  /** The candidate's name. */
  readonly candidate: string;
  readonly evidence: Evidence;
  /** Differences that fuzzing found. */
  readonly fuzzing: readonly Difference[];
  readonly found: Found;
}

/** Judges a pair once more, by other eyes: what is taken out of the grounds, or no kind of noise, does not count. Pure. */
export function judgeAgain(
  { contract, candidate, evidence, fuzzing, found }: Grounds,
  noise?: ReadonlySet<NoiseKind>,
): Judgement {
  const judgement = judge(contract, candidate, evidence, noise);
  const differs = fuzzing.some((it) => it.accepted === null);
  return withCauses(
    {
      ...judgement,
      verdict: differs && judgement.error === null ? "differs" : judgement.verdict,
      differences: [...judgement.differences, ...fuzzing],
    },
    found,
  );
}
