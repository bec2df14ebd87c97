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
export function says(lines: readonly string[], what: RegExp | string): boolean {
  return lines.some((line) => (typeof what === "string" ? line.includes(what) : what.test(line)));
}

/** Whether a text holds something as a word of its own. */
export function mentions(text: string, word: string): boolean {
  return placesOf(text, word).next().done === false;
}

/** Where a text holds something as a word of its own. */
function* placesOf(text: string, word: string): Generator<number> {
  if (word === "") return;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const [before, after] = [text[at - 1] ?? " ", text[at + word.length] ?? " "];
    if (!/\w/.test(before) && !/\w/.test(after)) yield at;
  }
}

/** Enough around a value to know the place again. */
const CONTEXT = 12;

/**
 * Whether a value in some lines gave way to something else in others: what stands before it, or else behind it, is there
 * still, or, of a line that is the value alone, something that does not tell of a failure. One letter stands anywhere.
 */
export function replaced(
  lines: readonly string[],
  others: readonly string[],
  value: string,
): boolean {
  if (value.length < 2 || others.length === 0) return false;
  return lines.some((line) => {
    for (const at of placesOf(line, value)) {
      const around = [
        line.slice(Math.max(0, at - CONTEXT), at).trimStart(),
        line.slice(at + value.length, at + value.length + CONTEXT).trimEnd(),
      ];
      const context = around.find((it) => /\w{3}/.test(it));
      if (context === undefined ? !says(others, FAILURE) : says(others, context)) return true;
    }
    return false;
  });
}

const FAILURE =
  /error|exception|traceback|panic|fatal|denied|cannot|can't|failed|no such|not found|unable/i;

/** Lines but those of the program's own code that Python shows in a traceback: they name whatever stands there. */
export function withoutQuotedCode(lines: readonly string[]): readonly string[] {
  return lines.filter((_, at) => !/^File "[^"]+", line \d+/.test(lines[at - 1] ?? ""));
}

/** Words that stand for one another in lines that are the same but for one word: `encoding utf-8`, `encoding ascii`. */
export function changedWords(
  gone: readonly string[],
  came: readonly string[],
): readonly (readonly [was: string, is: string])[] {
  const frames = new Map<string, string>();
  for (const [frame, word] of framesOf(gone)) frames.set(frame, word);
  const pairs: [string, string][] = [];
  for (const [frame, word] of framesOf(came)) {
    const was = frames.get(frame);
    if (was !== undefined && was !== word) pairs.push([was, word]);
  }
  return pairs;
}

/** Each word of each line, with the line around it; a line of a single word has no frame to know it by. */
function* framesOf(lines: readonly string[]): Generator<readonly [frame: string, word: string]> {
  for (const line of lines) {
    if (line.length > LONGEST_FRAME) continue;
    for (const { 0: word, index } of line.matchAll(/[\w.-]+/g)) {
      const frame = `${line.slice(0, index)}\0${line.slice(index + word.length)}`;
      if (/\w/.test(frame)) yield [frame, word];
    }
  }
}

const LONGEST_FRAME = 200;

/** Whether the same lines come in another order. */
export function isReordered(baseline: string | null, candidate: string | null): boolean {
  if (baseline === null || candidate === null || baseline === candidate) return false;
  const [theirs, ours] = [lines(baseline), lines(candidate)];
  if (theirs.join("\n") === ours.join("\n")) return false;
  return theirs.sort().join("\n") === ours.sort().join("\n");
}
