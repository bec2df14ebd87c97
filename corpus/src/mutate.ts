/** Judges recorded cases again by a judge that lacks something: which of them would notice. Pure. */
import { judgeAgain } from "slimproof";
import type { Recording } from "./check-cases.ts";
import { MUTATIONS, type Mutation } from "./mutations.ts";
import { isRight, outcomeOf } from "./outcome.ts";

export interface Caught {
  readonly mutation: Mutation;
  /** Cases that are right, and would not be. */
  readonly by: readonly string[];
}

/** What each mutation turns red. Cases that are wrong without any count for none. */
export function mutate(recordings: readonly Recording[]): readonly Caught[] {
  const green = recordings.filter((it) => survives(it, null));
  return MUTATIONS.map((mutation) => ({
    mutation,
    by: green
      .filter((it) => (it.case.expected.verdict === "same") === mutation.tolerance)
      .filter((it) => !survives(it, mutation))
      .map((it) => it.case.name),
  }));
}

/** Whether a case is right when it is judged so. What was not observed cannot be judged again. */
export function survives(
  { case: it, pair, grounds }: Recording,
  mutation: Mutation | null,
): boolean {
  if (grounds === null) return isRight(outcomeOf(it, pair));
  const left = mutation?.blind(grounds) ?? grounds;
  return isRight(outcomeOf(it, judgeAgain(left, mutation?.noise ?? undefined)));
}
