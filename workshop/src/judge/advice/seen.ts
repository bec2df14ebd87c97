import type { Exercise } from "../../course/exercise.ts";
import { opened, toLearner } from "../hint.ts";
import type { Outcome } from "../outcome.ts";
import { findingsOf, findReason } from "../reason.ts";
import { buildAdvice } from "./build-advice.ts";
import type { Folder } from "./folder.ts";
import { imageAdvice } from "./image-advice.ts";

/**
 * Adds what a look at the folder and at the Dockerfile tells: first a file that was not to be edited; of the starter only
 * what is wrong with it, for the first thought is the learner's; then the line to mend. A starter and a folder with a
 * foreign change get no mends of the judge's causes, which would give away the one and mislead about the other.
 */
export function withSeen(
  exercise: Pick<Exercise, "starter" | "edit">,
  outcome: Outcome,
  folder: Folder,
): Outcome {
  if (outcome.kind === "done") return outcome;
  const { isStarter, foreign } = folder;
  if (foreign !== null) return { ...withoutMends(outcome), seen: foreign };
  if (isStarter) return { ...withoutMends(outcome), seen: begin(exercise, outcome) };
  const advice = adviceOn(outcome, folder);
  return advice === null ? outcome : { ...outcome, seen: advice };
}

function begin({ starter, edit }: Pick<Exercise, "starter" | "edit">, outcome: Outcome): string {
  const found = findReason(starter, outcome) ?? findingsOf(outcome)[0];
  const evidence = found ? `${opened(toLearner(found.evidence)).replace(/[.:]$/, "")}. ` : "";
  return `${evidence}Read README.md, then edit ${edit.join(", ")}; h for a hint.`;
}

function adviceOn(outcome: Outcome, folder: Folder): string | null {
  switch (outcome.kind) {
    case "unbuilt":
      return buildAdvice({ ...folder, said: [outcome.message, ...outcome.detail].join("\n") });
    case "lacking": // a stage that the image does not need is built by a check
      return buildAdvice({ ...folder, said: outcome.why });
    case "differs":
      return imageAdvice(folder, outcome.pair);
    default:
      return null;
  }
}

function withoutMends(outcome: Outcome): Outcome {
  if (outcome.kind !== "differs") return outcome;
  const differences = outcome.pair.differences.map((it) => ({
    ...it,
    causes: it.causes.map((cause) => ({ ...cause, mend: null })),
  }));
  return { ...outcome, pair: { ...outcome.pair, differences } };
}
