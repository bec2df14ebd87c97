import type { PairResult } from "slimproof";
import { listOf, type Command, type Stage } from "./recipe.ts";

/** What is wrong with the form of a CMD or ENTRYPOINT that does not start; null when nothing is. */
export function commandForm({ commands }: Stage, { differences }: PairResult): string | null {
  const causes = differences.filter((it) => it.accepted === null).flatMap((it) => it.causes);
  const last = ["ENTRYPOINT", "CMD"].flatMap(
    (keyword) => commands.findLast((it) => it.keyword === keyword) ?? [],
  );
  const forShell = last.find((it) => it.words === null);
  if (forShell && causes.some(({ id }) => id === "missing-shell")) return shellForm(forShell);
  const whole = last.find(({ words }) => words?.length === 1 && /\S\s+\S/.test(words[0] ?? ""));
  const [line = ""] = whole?.words ?? [];
  if (!whole || !causes.some(({ evidence }) => evidence.includes(line))) return null;
  return `Line ${whole.line}: docker takes all of ${JSON.stringify(line)} for the name of the program. In a list each word is an element: write ${listed(whole, line.split(/\s+/))}.`;
}

/** One that docker hands to a shell, where the image has none; be it a list that is none by its quotes. */
function shellForm(command: Command): string {
  const { keyword, line, text } = command;
  const shell = "a line for /bin/sh -c, and your image has no shell";
  if (text.startsWith("[")) {
    const meant = listOf(text.replaceAll("'", '"'));
    return meant
      ? `Line ${line}: in a list each word stands in double quotes. As it is, ${keyword} is ${shell}. Write ${listed(command, meant)}.`
      : `Line ${line}: ${keyword} has brackets and is no list. As it is, it is ${shell}. Write ${listed(command, EXAMPLE)}, with double quotes and commas.`;
  }
  const told = `Line ${line}: without brackets, ${keyword} is ${shell}.`;
  return /^[\w\s./:=@%+,-]+$/.test(text)
    ? `${told} Write ${listed(command, text.split(/\s+/))}.`
    : `${told} Write a list, ${listed(command, EXAMPLE)}, in which nobody fills in variables.`;
}

const EXAMPLE = ["program", "word"];

function listed({ keyword }: Command, words: readonly string[]): string {
  return `\`${keyword} [${words.map((it) => JSON.stringify(it)).join(", ")}]\``;
}
