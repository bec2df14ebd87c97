/**
 * A result becomes text, one function a format; nothing here writes anywhere.
 * This file: what several formats share — hostile text made harmless, colours on or off.
 */
import { styleText } from "node:util";

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

/** A line of at most `columns` characters, its end replaced by an ellipsis when it is longer. */
export function cut(line: string, columns: number): string {
  const characters = [...line];
  return characters.length <= columns ? line : `${characters.slice(0, columns - 1).join("")}…`;
}
