import { stripVTControlCharacters } from "node:util";
/** What each side said where a difference shows, and what only one of them did. */
export interface Said {
  readonly baseline: string;
  readonly candidate: string;
  /** Lines of the candidate that the baseline has not, escapes removed. */
  readonly came: readonly string[];
  /** Lines of the baseline that the candidate has not. */
  readonly gone: readonly string[];
}

/** Most of what a side said that is searched; a program that fails says why at once or at the end. */
const MOST_TEXT = 200_000;
/** Lines that tell of a failure are few. */
const MOST_LINES = 2_000;

/** Compares what the two sides said, line by line. */
export function saidOf(baseline: string, candidate: string): Said {
  const [theirs, ours] = [lines(baseline), lines(candidate)];
  return { baseline, candidate, came: without(ours, theirs), gone: without(theirs, ours) };
}

function without(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return some.filter((line) => !known.has(line)).slice(-MOST_LINES);
}

function lines(text: string): string[] {
  return stripVTControlCharacters(text.slice(-MOST_TEXT))
    .split(/\r?\n|\\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Every first group of a pattern in these lines, each once, in the order of appearance. */
export function named(lines: readonly string[], ...patterns: readonly RegExp[]): readonly string[] {
  const found = new Set<string>();
  for (const line of lines)
    for (const pattern of patterns)
      for (const match of line.matchAll(pattern)) if (match[1]) found.add(match[1]);
  return [...found].slice(0, 50);
}

/** Whether some line says something of this kind. */
export function says(lines: readonly string[], pattern: RegExp): boolean {
  return lines.some((line) => pattern.test(line));
}
