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

/** What is cut to the room that there is: `latest` loses its beginning first, then `top` its end; `bottom` stays. */
export interface Body {
  readonly top: readonly string[];
  /** Lines of which the last tell most, as those of a log. */
  readonly latest?: readonly string[];
  readonly bottom: readonly string[];
}

/** Lines around the body, keys aside. */
const FRAME_ROWS = 4;
/** Columns below which a title and a bar do not stand beside each other. */
const NARROW = 40;

/** A whole screen: title, body and keys, one line less than there is room for, so that a terminal need not scroll. */
export function framed(frame: Frame, body: Body, room: Room, look: Look): readonly string[] {
  const columns = Math.max(20, Math.min(room.columns, 100) - 1);
  const keys = keyLines(frame.keys, columns, look);
  const inside = Math.max(3, room.rows - 1 - FRAME_ROWS - keys.length);
  const count = `${frame.done}/${frame.count}`;
  const progress =
    columns < NARROW ? count : `${bar(frame.done / frame.count, 16, look)} ${count} done`;
  const name = `${String(frame.number).padStart(2, "0")} ${frame.title}`;
  const title = cut(name, columns - widthOf(progress) - 2);
  const gap = " ".repeat(columns - widthOf(title) - widthOf(progress));
  const rule = look.paint("dim", look.rule.repeat(columns));
  const lines = fit(body, inside, look);
  return [
    `${look.paint("bold", title)}${gap}${look.paint("green", progress)}`,
    look.paint("dim", task(frame.file, columns)),
    rule,
    ...lines.map((line) => clip(line, columns)),
    rule,
    ...keys,
  ];
}

/** What to do with the file. Where there is not room for all, its outer folders tell least. */
function task(file: string, columns: number): string {
  const whole = `edit ${file} (see README.md)`;
  if (widthOf(whole) <= columns) return whole;
  let [path, line] = [file, `edit ${file}`];
  while (widthOf(line) > columns && path.includes("/")) {
    path = path.slice(path.indexOf("/") + 1);
    line = `edit …/${path}`;
  }
  return cut(line, columns);
}

/** Cuts what there is no room for, and says how much that was. */
export function fit({ top, latest = [], bottom }: Body, rows: number, look: Look): string[] {
  const kept = bottom.slice(0, Math.max(1, rows - 3));
  const room = rows - kept.length;
  if (top.length + latest.length <= room) return [...top, ...latest, ...kept];
  const told = (count: number, where: string): string =>
    look.paint("dim", ` ${look.more} ${count} ${where} ${count === 1 ? "line" : "lines"}`);
  const end = room - top.length - 1;
  if (end > 0 && latest.length > end)
    return [...top, told(latest.length - end, "earlier"), ...latest.slice(-end), ...kept];
  const shown = Math.max(0, room - 1);
  const left = top.length + latest.length - shown;
  return [...top.slice(0, shown), told(left, "more"), ...kept];
}

/** A painted line is left as it is when it fits; else it loses its colours with its end. */
function clip(line: string, columns: number): string {
  return widthOf(line) <= columns ? line : cut(stripVTControlCharacters(line), columns);
}

/** Two blanks between keys let all of them stand on a line of 80 columns. */
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
    if (last && last.width + 2 + width <= columns)
      lines[lines.length - 1] = { width: last.width + 2 + width, text: `${last.text}  ${text}` };
    else lines.push({ width, text });
  }
  return lines.map(({ text }) => text);
}
