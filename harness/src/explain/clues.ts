import { stripVTControlCharacters } from "node:util";
import type { Evidence } from "./evidence.ts";

/** Most of what a side said that is searched; a program that fails says why at once or at the end. */
const MOST_TEXT = 200_000;
/** Lines that tell of a failure are few. */
const MOST_LINES = 2_000;

/** What the candidate said and the baseline did not, line by line, escapes removed. */
export function newLines({ said }: Pick<Evidence, "said">): readonly string[] {
  const theirs = new Set(lines(said.baseline));
  return lines(said.candidate)
    .filter((line) => !theirs.has(line))
    .slice(-MOST_LINES);
}

/** What the baseline said and the candidate did not. */
export function lostLines({ said }: Pick<Evidence, "said">): readonly string[] {
  return newLines({ said: { baseline: said.candidate, candidate: said.baseline } });
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
