import type { Cause, Difference } from "../model/result.ts";
import { commandLineRules, configRules, processRules } from "./config-rules.ts";
import { artifactRules, fileRules, situationRules, versionRules } from "./content-rules.ts";
import {
  certificateRules,
  contentTypeRules,
  localeRules,
  temporaryRules,
  zoneRules,
} from "./data-rules.ts";
import { environmentRules } from "./environment-rules.ts";
import type { Evidence, Finding, Rule } from "./evidence.ts";
import { libraryRules } from "./library-rules.ts";
import { commandRules, userRules } from "./message-rules.ts";
import { moduleRules } from "./module-rules.ts";
import { pathRules } from "./path-rules.ts";
import { programRules } from "./program-rules.ts";

/** By name, so that each can be left out to see who needs it. */
export const RULES: Readonly<Record<string, Rule>> = {
  configRules,
  fileRules,
  programRules,
  processRules,
  commandLineRules,
  userRules,
  libraryRules,
  moduleRules,
  certificateRules,
  zoneRules,
  localeRules,
  temporaryRules,
  contentTypeRules,
  commandRules,
  pathRules,
  environmentRules,
  situationRules,
  versionRules,
  artifactRules,
};

/** What each rule found, by its name; every rule has one, if an empty list. */
export type Findings = Readonly<Record<string, readonly Finding[]>>;

/** Asks every rule. */
export function findingsOf(evidence: Evidence): Findings {
  return Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, rule(evidence)]));
}

/** A reader wants the cause, and at most a few that may be it besides. */
const MOST_CAUSES = 3;
/** Beside a cause that is named, what is merely possible is not worth a line. */
const FAR_BEHIND = 45;

/**
 * Why a fact differs: the likeliest cause first, at most three, each with what was found in the two images. Empty when
 * nothing was found that speaks of it.
 */
export function explain(evidence: Evidence): readonly Cause[] {
  return causesOf(findingsOf(evidence));
}

/** Ranks what rules found; of equals, the first comes first. */
export function causesOf(found: Findings): readonly Cause[] {
  const findings = Object.values(found)
    .flat()
    .toSorted((a, b) => b.strength - a.strength);
  const best = findings[0]?.strength ?? 0;
  const causes = new Map<string, Cause>();
  for (const { id, evidence: text, mend, strength } of findings) {
    if (best - strength > FAR_BEHIND || causes.size === MOST_CAUSES) break;
    const known = [...causes.values()].some(
      (it) => it.id === id && (it.evidence === text || (it.mend === mend && isLine(mend))),
    );
    if (!known) causes.set(`${id}\0${text}`, { id, evidence: text, mend });
  }
  return [...causes.values()];
}

/**
 * Differences in the order in which they are mended: where the program is not there at all, a lost WORKDIR is told behind
 * it, for it means nothing yet.
 */
export function inOrder<T extends Pick<Difference, "probe" | "fact">>(
  differences: readonly T[],
  found: (difference: T) => Findings | undefined,
): readonly T[] {
  const isLost = (it: T): boolean =>
    found(it)?.["programRules"]?.some(({ id }) => id === "missing-file") ?? false;
  const last = differences.findLastIndex(isLost);
  if (last === -1) return differences;
  const isWorkdir = (it: T): boolean => it.probe === "image" && it.fact === "config.workdir";
  const [before, after] = [differences.slice(0, last + 1), differences.slice(last + 1)];
  return [...before.filter((it) => !isWorkdir(it)), ...before.filter(isWorkdir), ...after];
}

/** Whether a mend is a whole line to write: what the same line mends is one cause. */
function isLine(mend: string | null): boolean {
  return mend !== null && /^(?:COPY|RUN|ENV) [^…]+$/.test(mend);
}
