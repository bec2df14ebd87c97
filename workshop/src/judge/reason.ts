import { stripVTControlCharacters } from "node:util";
import { matcherOf, type PairResult } from "slimproof";
import type { Reason } from "../course/exercise.ts";
import type { Outcome } from "./outcome.ts";

/** What the judge found that a reason names, in words for a hint. */
export interface Finding {
  readonly evidence: string;
  readonly mend: string | null;
  /** PROBE/FACT, with what the two sides say of it; null where no fact differs. */
  readonly fact: string | null;
  readonly baseline: string | null;
  readonly candidate: string | null;
  /** `size < 25%` and what was measured; null where no claim fails. */
  readonly claim: string | null;
  readonly measured: string | null;
}

const NOTHING: Omit<Finding, "evidence"> = {
  mend: null,
  fact: null,
  baseline: null,
  candidate: null,
  claim: null,
  measured: null,
};

/** The first thing in an outcome that a reason names; null when the outcome is of another kind. */
export function findReason(reason: Reason, outcome: Outcome): Finding | null {
  const pair = "pair" in outcome ? outcome.pair : null;
  if ("cause" in reason) return pair && causeOf(reason.cause, pair);
  if ("fact" in reason) return pair && factOf(reason.fact, pair);
  if ("claim" in reason) return pair && claimOf(reason.claim, pair);
  if ("build" in reason) return buildOf(reason.build, outcome);
  if (outcome.kind === "lacking" && outcome.check.kind === reason.check)
    return { ...NOTHING, evidence: outcome.why };
  if (outcome.kind === "empty" && reason.check === "empty")
    return { ...NOTHING, evidence: `${outcome.file} has no instruction` };
  return null;
}

/** A reason as it is written, on one line: `cause missing-loader`. */
export function reasonText(reason: Reason): string {
  return Object.entries(reason).flat().join(" ");
}

/** All that an outcome is about, the judge's own causes first. Nothing of one that is done. */
export function findingsOf(outcome: Outcome): readonly Finding[] {
  switch (outcome.kind) {
    case "empty":
      return [{ ...NOTHING, evidence: `${outcome.file} has no instruction` }];
    case "unbuilt": {
      const end = outcome.detail.at(-1);
      const said = end === undefined || outcome.message.includes(end) ? "" : `: ${end}`;
      return [{ ...NOTHING, evidence: buildText(`${outcome.message}${said}`) }];
    }
    case "lacking":
      return [{ ...NOTHING, evidence: outcome.why }];
    case "unproven":
    case "differs": {
      const { pair } = outcome;
      const explained = open(pair).toSorted((a, b) => rank(a) - rank(b));
      return [
        ...explained.map((it) => ofDifference(it, it.causes[0])),
        ...pair.claims.filter((it) => !it.holds).map(ofClaim),
        ...(pair.error ? [{ ...NOTHING, evidence: pair.error.message }] : []),
      ];
    }
    case "done":
      return [];
    default:
      return outcome satisfies never;
  }
}

type Difference = PairResult["differences"][number];

function open({ differences }: PairResult): readonly Difference[] {
  return differences.filter((it) => it.accepted === null);
}

/** What has a cause first, and last what no eye can tell apart. */
function rank({ causes, baseline, candidate }: Difference): number {
  if (causes.length > 0) return 0;
  return apart(baseline, candidate) ? 1 : 2;
}

function causeOf(id: string, pair: PairResult): Finding | null {
  for (const difference of open(pair)) {
    const cause = difference.causes.find((it) => it.id === id);
    if (cause) return ofDifference(difference, cause);
  }
  return null;
}

function factOf(rule: string, pair: PairResult): Finding | null {
  const difference = open(pair).find(matcherOf(rule));
  return difference ? ofDifference(difference, difference.causes[0]) : null;
}

function claimOf(kind: string, { claims }: PairResult): Finding | null {
  const claim = claims.find((it) => !it.holds && it.claim.split(" ", 1)[0] === kind);
  return claim ? ofClaim(claim) : null;
}

function buildOf(pattern: string, outcome: Outcome): Finding | null {
  if (outcome.kind !== "unbuilt") return null;
  const said = [outcome.message, ...outcome.detail];
  if (!new RegExp(pattern, "i").test(said.join("\n"))) return null;
  const line = said.findLast((it) => new RegExp(pattern, "i").test(it)) ?? outcome.message;
  return { ...NOTHING, evidence: buildText(line) };
}

/** What the engine says of a failed build, without the folder and the cache's own troubles. */
function buildText(line: string): string {
  return line
    .replace(/^\S*?([^\s/]+): build failed/, "$1: build failed")
    .replaceAll(/failed to (?:compute cache key|calculate checksum of ref \S+): /g, "");
}

function ofDifference(
  difference: Difference,
  cause: Difference["causes"][number] | undefined,
): Finding {
  const { probe, fact, baseline, candidate } = difference;
  const name = `${probe}/${fact}`;
  const sides = apart(baseline, candidate);
  const plain = sides
    ? `${name} is ${sides.candidate}, the twin's is ${sides.baseline}`
    : `${name} is not as in the twin, though on a screen it looks the same`;
  return {
    ...NOTHING,
    evidence: cause?.evidence ?? plain,
    mend: cause?.mend ?? null,
    fact: name,
    baseline: sides?.baseline ?? sideText(baseline),
    candidate: sides?.candidate ?? sideText(candidate),
  };
}

function ofClaim({ claim, measured }: PairResult["claims"][number]): Finding {
  return { ...NOTHING, evidence: `${claim} does not hold: ${measured}`, claim, measured };
}

/** Two values where they differ, in as much as fits into a sentence; null when they look the same. */
function apart(
  baseline: string | null,
  candidate: string | null,
): { readonly baseline: string; readonly candidate: string } | null {
  if (baseline === null || candidate === null || baseline === "" || candidate === "")
    return { baseline: sideText(baseline), candidate: sideText(candidate) };
  const [before, now] = [visibleLines(baseline), visibleLines(candidate)];
  const at = now.findIndex((it, line) => it !== before[line]);
  const line = at === -1 && before.length > now.length ? now.length : at;
  if (line === -1) return null;
  const [was, is] = [before[line], now[line]];
  const same = [...(was ?? "")].findIndex((it, column) => it !== is?.[column]);
  const from = Math.max(0, same - 39);
  const part = (text: string | undefined, lines: readonly string[]): string =>
    text === undefined ? "not there" : excerpt(text, from, lines.length > 1);
  return { baseline: part(was, before), candidate: part(is, now) };
}

/** A line from where it matters, when it is too long; dots stand for what is left out. */
function excerpt(line: string, from: number, hasMore: boolean): string {
  const isLong = line.length > 80;
  const start = isLong && from > 0 ? `…${line.slice(from)}` : line;
  return start.length > 80 ? `${start.slice(0, 79)}…` : hasMore ? `${start}…` : start;
}

/** Lines as a terminal shows them: without colours, and without blanks at their ends. */
function visibleLines(text: string): readonly string[] {
  return stripVTControlCharacters(text)
    .trimEnd()
    .split("\n")
    .map((it) => it.trimEnd());
}

/** A value as far as it fits into a sentence. */
function sideText(value: string | null): string {
  if (value === null) return "not there";
  if (value === "") return "empty";
  const [line = "", ...rest] = visibleLines(value);
  return excerpt(line, 0, rest.length > 0);
}
