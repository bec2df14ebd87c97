/** Drives cases, and keeps what their judgements rest on. */
import { check, checkDefaults, type CheckOptions, type Grounds, type PairResult } from "slimproof";
import type { Case } from "./cases.ts";

/** A case that was checked. */
export interface Recording {
  readonly case: Case;
  readonly pair: PairResult;
  /** Null where an image could not be built. */
  readonly grounds: Grounds | null;
}

/** Checks all cases in one check, so that two are always at work. What fuzzing finds is kept beside no contract. */
export async function checkCases(
  cases: readonly Case[],
  options: Partial<CheckOptions>,
): Promise<readonly Recording[]> {
  const grounds = new Map<string, Grounds>();
  const { pairs } = await check(
    cases.map(({ contract, folder }) => ({ contract: { ...contract, file: null }, folder })),
    {
      ...checkDefaults(),
      ...options,
      onJudged: (it) => grounds.set(it.contract.folder, it),
    },
  );
  return cases.map((it, at) => {
    const pair = pairs[at];
    if (!pair) throw new Error(`${it.name} was not checked`); // a mistake of ours
    return { case: it, pair, grounds: grounds.get(it.contract.folder) ?? null };
  });
}
