/**
 * A result becomes text, one function a format; nothing here writes anywhere.
 * This file: what several formats share — hostile text made harmless, colours on or off.
 */
import { styleText } from "node:util";
import stringWidth from "string-width";

type Format = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it plain. */
export type Paint = (format: Format, text: string) => string;

/** `painted` decides; NO_COLOR and terminals are the caller's affair. */
export function painter(painted: boolean): Paint {
  return (format, text) => (painted ? styleText(format, text, { validateStream: false }) : text);
}

const NAMES: Readonly<Record<string, string>> = { "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

/** Text of a container, harmless on a terminal: control and direction-changing characters become visible escapes. */
export function harmless(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) =>
      NAMES[character] ?? `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

/** A line that takes at most `columns` of a terminal, its end replaced by an ellipsis when it is longer. */
export function cut(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line;
  let kept = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Breaks a text at blanks into lines of at most `columns`; a word that is longer than a line is cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((it) => it !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && stringWidth(last) + 1 + stringWidth(word) <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cut(word, columns));
  }
  return lines;
}

/** Names of a column, padded to the widest; none is wider than 20. */
export function lineUp(names: readonly string[]): string[] {
  const short = names.map((name) => cut(name, 20));
  const widest = Math.max(0, ...short.map((name) => stringWidth(name)));
  return short.map((name) => name + " ".repeat(widest - stringWidth(name)));
}
