import type { Accept } from "../model/contract.ts";
import { factPath } from "../model/fact.ts";
import type { Difference } from "../model/result.ts";

/** Marks the differences (or flaky facts) that the contract wants, for this candidate, with the reason it gives. */
export function acceptDifferences<T extends Pick<Difference, "probe" | "fact" | "accepted">>(
  differences: readonly T[],
  accept: readonly Accept[],
  candidate: string,
): readonly T[] {
  const rules = accept
    .filter((rule) => rule.candidate === null || rule.candidate === candidate)
    .map((rule) => ({ matches: matcherOf(rule.fact), reason: rule.reason }));
  return differences.map((difference) => {
    const rule = rules.find(({ matches }) => matches(difference));
    return rule ? { ...difference, accepted: rule.reason } : difference;
  });
}

/**
 * FACT or PROBE/FACT. A probe's name is one segment, whatever it holds; as both it and the fact may hold slashes, any
 * slash of the rule may be the one between them.
 */
export function matcherOf(rule: string): (of: Pick<Difference, "probe" | "fact">) => boolean {
  const whole = patternOf(rule, "[^./]*");
  const split = [...rule.matchAll(/\//g)].map(({ index }) => ({
    probe: patternOf(rule.slice(0, index), ".*"),
    fact: patternOf(rule.slice(index + 1), "[^./]*"),
  }));
  return (of) =>
    whole.test(of.fact) ||
    whole.test(factPath(of)) ||
    split.some(({ probe, fact }) => probe.test(of.probe) && fact.test(of.fact));
}

/** `*` matches `one` segment (of a fact: between dots and slashes), `**` several; all else is taken literally. */
function patternOf(text: string, one: string): RegExp {
  const source = text
    .split(/(\*\*|\*)/)
    .map((part) => (part === "**" ? ".*" : part === "*" ? one : RegExp.escape(part)))
    .join("");
  return new RegExp(`^${source}$`, "s");
}
