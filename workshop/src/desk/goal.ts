import { loadContract } from "slimproof";
import type { Exercise } from "../course/exercise.ts";

/** What the exercise claims of the size: the text of the contract, and its bytes once the twin's are known. */
export interface Goal {
  readonly text: string;
  readonly bytes: (twin: number | null) => number | null;
}

/** The size that an exercise's contract claims; null when it claims none. */
export async function goalOf(exercise: Exercise): Promise<Goal | null> {
  const { size } = (await loadContract(exercise.folder)).claims;
  if (!size) return null;
  const { text, bound } = size;
  switch (bound.kind) {
    case "absolute":
      return { text, bytes: () => bound.below };
    case "percent":
      return { text, bytes: (twin) => (twin === null ? null : (twin * bound.below) / 100) };
    case "less":
      return { text, bytes: (twin) => twin };
    default:
      return bound satisfies never;
  }
}
