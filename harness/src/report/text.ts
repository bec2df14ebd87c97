/**
 * A result becomes text, one function a format; nothing here writes anywhere.
 * This file: what several formats share — hostile text made harmless, colours on or off.
 */
import { createRequire } from "node:module";
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it plain. */
export type Paint = (format: Format, text: string) => string;

/** `painted` decides; NO_COLOR and terminals are the caller's affair. */
export function painter(painted: boolean): Paint {
  return (format, text) => (painted ? styleText(format, text, { validateStream: false }) : text);
}

const NAMES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\u001b": "\\e",
};

/** Control, format (direction, zero width) and separator characters, half surrogate pairs, blanks that look like one. */
const HARMFUL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?![ \u3000])\p{Zs}/gu;

/** Text of a container, harmless on a terminal and with nothing invisible in it: such characters become escapes. */
export function harmless(text: string): string {
  return text.replaceAll(HARMFUL, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return NAMES[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
  });
}

/** Columns that a text takes of a terminal. */
export function widthOf(text: string): number {
  if (/^[ -~\u2500-\u259f\u2026\u2713\u2717]*$/.test(text)) return text.length;
  // Loaded for the first text that needs it: the library's tables take a fifth of the time of a command that knows its answer.
  stringWidth ??= (require("string-width") as { default: (text: string) => number }).default;
  return stringWidth(text);
}

const require = createRequire(import.meta.url);
let stringWidth: ((text: string) => number) | undefined;

/** A line that takes at most `columns` of a terminal, its end replaced by an ellipsis when it is longer. */
export function cut(line: string, columns: number): string {
  // What is so much longer is cut in any case, and need not be measured to its end.
  const most = columns * 32;
  const begin = line.length > most ? line.slice(0, most).replace(/[\ud800-\udbff]$/, "") : line;
  if (begin === line && widthOf(line) <= columns) return line;
  let kept = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(begin)) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** A path that takes at most `columns`, its beginning replaced by an ellipsis when it is longer: its end tells more. */
export function cutPath(path: string, columns: number): string {
  const most = columns * 32;
  const end = path.length > most ? path.slice(-most).replace(/^[\udc00-\udfff]/, "") : path;
  if (end === path && widthOf(path) <= columns) return path;
  let kept = "";
  let width = 0;
  for (const { segment } of [...new Intl.Segmenter().segment(end)].reverse()) {
    width += widthOf(segment);
    if (width > columns - 1) break;
    kept = segment + kept;
  }
  return `…${kept}`;
}

/** A text, blanks behind it up to `columns`. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** Makes a text harmless and breaks it at blanks into lines of at most `columns`; a word longer than that is cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  const words = text.split(/\s+/).filter((it) => it !== "");
  for (const word of words.map(harmless)) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cut(word, columns));
  }
  return lines;
}

/** Names of a column, made harmless and padded to the widest; none is wider than `most`. */
export function lineUp(names: readonly string[], most = 20): string[] {
  const short = names.map((name) => cut(harmless(name), most));
  const widest = Math.max(0, ...short.map((name) => widthOf(name)));
  return short.map((name) => name + " ".repeat(widest - widthOf(name)));
}
