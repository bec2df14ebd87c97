/** Durations, sizes and bounds as a contract's author writes them. */
import type { Bound } from "../model/contract.ts";
import { InputError } from "../model/error.ts";

/** `250ms`, `5s`, `2m`; a fraction is allowed. */
export const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|m)$/;
/** `512m` (a single letter counts in 1024s, as docker does) or `30 MB` (in 1000s, as docker prints). */
export const SIZE = /^(\d+(?:\.\d+)?) ?([bkmgBKMG]|[kmgKMG][bB])$/;
/** What a bound on bytes looks like, for error messages. */
export const SIZE_BOUND = '"smaller" or a bound such as "< 25%" or "< 30 MB"';
const BELOW = /^< ?(.+)$/;

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };
const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
};
/** A timer of Node holds 31 bits of milliseconds (24.8 days) and fires at once beyond: a day is far from it. */
const LONGEST = 24 * 60 * 60 * 1000;

/** Milliseconds, rounded; null for what is no duration, for less than 1 ms and for more than a day. */
export function parseDuration(text: string): number | null {
  const [, number, unit] = DURATION.exec(text) ?? [];
  const value = Math.round(Number(number) * (MILLISECONDS[unit ?? ""] ?? Number.NaN));
  return value >= 1 && value <= LONGEST ? value : null;
}

/** Bytes, rounded; null for what is no size and for more bytes than a number holds exactly. */
export function parseSize(text: string): number | null {
  const [, number, unit] = SIZE.exec(text) ?? [];
  const value = Math.round(Number(number) * (BYTES[unit?.toLowerCase() ?? ""] ?? Number.NaN));
  return Number.isSafeInteger(value) ? value : null;
}

/** A bound on bytes: `smaller`, `< 25%` of the baseline, `< 30 MB`; null for anything else. */
export function parseSizeBound(text: string): Bound | null {
  if (text === "smaller") return { kind: "less" };
  const rest = BELOW.exec(text)?.[1] ?? "";
  const percent = /^(\d+(?:\.\d+)?) ?%$/.exec(rest)?.[1];
  if (percent !== undefined) return positive({ kind: "percent", below: Number(percent) });
  const below = parseSize(rest);
  return below === null ? null : positive({ kind: "absolute", below });
}

/**
 * As `parseSizeBound`, for callers that have no place in a file to point at.
 * @throws InputError when it is no such bound.
 */
export function parseBound(text: string): Bound {
  const bound = parseSizeBound(text);
  if (bound === null) {
    throw new InputError(`expected ${SIZE_BOUND}, got ${JSON.stringify(text)}`);
  }
  return bound;
}

/** A bound on a count: `fewer` than the baseline, or `< 20`; null for anything else. */
export function parseCountBound(text: string): Bound | null {
  if (text === "fewer") return { kind: "less" };
  const rest = BELOW.exec(text)?.[1] ?? "";
  const below = /^\d+$/.test(rest) ? Number(rest) : 0;
  return Number.isSafeInteger(below) ? positive({ kind: "absolute", below }) : null;
}

/** Nothing is below zero, so such a claim could never hold. */
function positive(bound: Exclude<Bound, { kind: "less" }>): Bound | null {
  return bound.below > 0 && Number.isFinite(bound.below) ? bound : null;
}
