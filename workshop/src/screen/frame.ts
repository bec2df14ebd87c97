import { stripVTControlCharacters } from "node:util";
import { cut, widthOf } from "slimproof";
import { bar } from "./bars.ts";
import type { Look } from "./look.ts";

export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** What stands around every screen. */
export interface Frame {
  readonly number: number;
  readonly title: string;
  readonly done: number;
  readonly count: number;
  /** The file to edit, as the learner would name it. */
  readonly file: string;
  /** Keys that do something now, with what. */
  readonly keys: readonly (readonly [string, string])[];
}

/** Lines to stay on the screen whatever becomes of those above them, which are cut to the room that is left. */
export interface Body {
  readonly top: readonly string[];
  readonly bottom: readonly string[];
}

/** Lines around the body. */
const FRAME_ROWS = 6;

/** A whole screen: title, body and keys, one line less than there is room for, so that a terminal need not scroll. */
export function framed(frame: Frame, body: Body, room: Room, look: Look): readonly string[] {
  const columns = Math.max(20, Math.min(room.columns, 100) - 1);
  const inside = Math.max(3, room.rows - 1 - FRAME_ROWS);
  const progress = `${bar(frame.done / frame.count, 16, look)} ${frame.done}/${frame.count} done`;
  const name = `${String(frame.number).padStart(2, "0")} ${frame.title}`;
  const title = cut(name, columns - widthOf(progress) - 2);
  const gap = " ".repeat(columns - widthOf(title) - widthOf(progress));
  const rule = look.paint("dim", look.rule.repeat(columns));
  const lines = fit(body, inside, look);
  return [
    `${look.paint("bold", title)}${gap}${look.paint("green", progress)}`,
    look.paint("dim", cut(frame.file, columns)),
    rule,
    ...lines.map((line) => clip(line, columns)),
    rule,
    ...keyLines(frame.keys, columns, look),
  ];
}

/** Cuts the top so that the bottom stays, and says what was left out. */
export function fit({ top, bottom }: Body, rows: number, look: Look): readonly string[] {
  const kept = bottom.slice(0, Math.max(1, rows - 3));
  const room = rows - kept.length;
  if (top.length <= room) return [...top, ...kept];
  const shown = Math.max(0, room - 1);
  const left = top.length - shown;
  return [...top.slice(0, shown), look.paint("dim", `${look.more} ${left} more lines`), ...kept];
}

/** A painted line is left as it is when it fits; else it loses its colours with its end. */
function clip(line: string, columns: number): string {
  return widthOf(line) <= columns ? line : cut(stripVTControlCharacters(line), columns);
}

function keyLines(
  keys: readonly (readonly [string, string])[],
  columns: number,
  look: Look,
): string[] {
  const lines: { width: number; text: string }[] = [];
  for (const [key, does] of keys) {
    const text = `${look.paint("bold", key)} ${look.paint("dim", does)}`;
    const width = widthOf(`${key} ${does}`);
    const last = lines.at(-1);
    if (last && last.width + 3 + width <= columns)
      lines[lines.length - 1] = { width: last.width + 3 + width, text: `${last.text}   ${text}` };
    else lines.push({ width, text });
  }
  return lines.map(({ text }) => text);
}
