import type { Accept } from "../model/contract.ts";
import { factPath } from "../model/fact.ts";
import type { Difference } from "../model/result.ts";

/** Marks the differences that the contract wants, for this candidate, with the reason it gives. */
export function acceptDifferences(
  differences: readonly Difference[],
  accept: readonly Accept[],
  candidate: string,
): readonly Difference[] {
  const rules = accept
    .filter((rule) => rule.candidate === null || rule.candidate === candidate)
    .map((rule) => ({ pattern: patternOf(rule.fact), reason: rule.reason }));
  return differences.map((difference) => {
    const rule = rules.find(
      ({ pattern }) => pattern.test(factPath(difference)) || pattern.test(difference.fact),
    );
    return rule ? { ...difference, accepted: rule.reason } : difference;
  });
}

/** `*` matches one segment (between dots and slashes), `**` several; everything else is taken literally. */
function patternOf(text: string): RegExp {
  const source = text
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? "[^./]*" : RegExp.escape(part)))
    .join("");
  return new RegExp(`^${source}$`, "s");
}
