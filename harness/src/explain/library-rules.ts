import { posix } from "node:path";
import type { MissingPart } from "../model/anatomy.ts";
import { named } from "./clues.ts";
import { STRENGTH, type Evidence, type Finding, type Side } from "./evidence.ts";
import { libraryIn, libraryMend, lostLibraryPath } from "./libraries.ts";
import { envLine } from "./recipe.ts";

/** Libraries that the candidate's message names, in the baseline alone. */
export function libraryRules(evidence: Evidence): readonly Finding[] {
  const { baseline, candidate } = evidence;
  const names = named(evidence.said.came, /\b((?:lib|ld-)[\w+.-]*\.so(?:\.\d+)*)/g);
  return names.flatMap((name) => {
    const theirs = libraryIn(baseline, name);
    if (theirs === null) return [];
    const ours = libraryIn(candidate, name);
    if (ours !== null) {
      const lost = lostLibraryPath(evidence, name, ours);
      return lost ? [{ ...lost, strength: STRENGTH.named }] : [];
    }
    return [
      {
        id: "missing-library" as const,
        evidence: `the baseline has ${name} at ${theirs}, the candidate lacks it`,
        mend: libraryMend(baseline, candidate, [name]).mend,
        strength: STRENGTH.named,
      },
    ];
  });
}

/** The first library that is not found, with what brings all of them. */
export function libraryProblem(
  evidence: Evidence,
  side: Side,
  { path, needs }: MissingPart,
  names: readonly string[],
): Omit<Finding, "strength"> {
  const { baseline, candidate } = evidence;
  const ours = libraryIn(side, needs);
  if (ours !== null)
    return (
      lostLibraryPath(evidence, needs, ours) ?? {
        id: "missing-library",
        evidence: `${path} needs ${needs}, which the candidate has at ${ours}, where its loader does not look`,
        mend: envLine("LD_LIBRARY_PATH", posix.dirname(ours)),
      }
    );
  const from = libraryIn(baseline, needs);
  const { mend, more } = libraryMend(baseline, candidate, names);
  const others = [...names.slice(1), ...more];
  return {
    id: "missing-library",
    evidence: `${path} needs ${needs}, which the candidate lacks${from ? ` and the baseline has at ${from}` : ""}${others.length > 0 ? `; so it is with ${listed(others)}` : ""}`,
    mend,
  };
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${more} more` : names.join(", ");
}

/** A reader wants to know the kind of libraries, not each. */
const MOST_NAMES = 3;
