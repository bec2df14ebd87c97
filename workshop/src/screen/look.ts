/**
 * What a learner sees, as pure functions from what is known to lines of text: nothing here writes, reads or waits.
 * This file: colours and symbols, or neither.
 */
import { painter, type Paint } from "slimproof";

export interface Look {
  readonly paint: Paint;
  readonly done: string;
  readonly wrong: string;
  readonly unsure: string;
  readonly here: string;
  readonly skipped: string;
  readonly hint: string;
  readonly more: string;
  readonly rule: string;
  readonly full: string;
  readonly rest: string;
  readonly mark: string;
  readonly turning: readonly string[];
}

const SYMBOLS = {
  done: "✓",
  wrong: "✗",
  unsure: "?",
  here: "▸",
  skipped: "»",
  hint: "→",
  more: "…",
  rule: "─",
  full: "█",
  rest: "░",
  mark: "┃",
  turning: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const PLAIN_SYMBOLS = {
  done: "+",
  wrong: "x",
  unsure: "?",
  here: ">",
  skipped: "-",
  hint: "->",
  more: "...",
  rule: "-",
  full: "#",
  rest: ".",
  mark: "|",
  turning: ["-", "\\", "|", "/"],
};

/** Colours and symbols; without colours plain characters, for what shows no colours may lack the others as well. */
export function lookOf(painted: boolean): Look {
  return { paint: painter(painted), ...(painted ? SYMBOLS : PLAIN_SYMBOLS) };
}
