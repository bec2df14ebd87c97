import { stripVTControlCharacters } from "node:util";
import { cut, widthOf } from "slimproof";
import { bar } from "./bars.ts";
import type { Look } from "./look.ts";
import { pageOf } from "./pages.ts";

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
  /** The exercise's folder, as the learner would name it. */
  readonly folder: string;
  /** The file to edit in it. */
  readonly file: string;
  /** Keys that do something now, with what. */
  readonly keys: readonly (readonly [string, string])[];
  /** Which page of the body is asked for: 0 is the first, and one beyond the last is the first again. */
  readonly page?: number;
}

/** What is cut to the room that there is: `latest` loses its beginning first, then `top` its end; `bottom` stays. */
export interface Body {
  readonly top: readonly string[];
  /** Lines of which the last tell most, as those of a log. */
  readonly latest?: readonly string[];
  readonly bottom: readonly string[];
  /** All that there is to tell, where the above leaves details out. */
  readonly whole?: readonly string[];
}

/** Lines around the body, keys aside. */
const FRAME_ROWS = 4;
/** Columns below which a title and a bar do not stand beside each other. */
const NARROW = 40;

/** A whole screen: title, body and keys, one line less than there is room for, so that a terminal need not scroll. */
export function framed(frame: Frame, body: Body, room: Room, look: Look): readonly string[] {
  const columns = Math.max(20, Math.min(room.columns, 100) - 1);
  const { lines, keys } = inside(frame, body, { columns, rows: room.rows }, look);
  const count = `${frame.done}/${frame.count}`;
  const progress =
    columns < NARROW ? count : `${bar(frame.done / frame.count, 16, look)} ${count} done`;
  const name = `${String(frame.number).padStart(2, "0")} ${frame.title}`;
  const title = cut(name, columns - widthOf(progress) - 2);
  const gap = " ".repeat(columns - widthOf(title) - widthOf(progress));
  const rule = look.paint("dim", look.rule.repeat(columns));
  return [
    `${look.paint("bold", title)}${gap}${look.paint("green", progress)}`,
    look.paint("dim", task(frame, columns)),
    rule,
    ...lines.map((line) => clip(line, columns)),
    rule,
    ...keys,
  ];
}

/** The page of the body that is asked for, and the keys: one more where it is not all. */
function inside(
  { keys, page: number = 0 }: Frame,
  body: Body,
  { columns, rows }: Room,
  look: Look,
): { readonly lines: readonly string[]; readonly keys: readonly string[] } {
  const room = (below: readonly string[]): number =>
    Math.max(3, rows - 1 - FRAME_ROWS - below.length);
  const usual = keyLines(keys, columns, look);
  const page = pageOf(body, room(usual), number, look);
  if (page.count === 1) return { lines: page.lines, keys: usual };
  const more = ["m", page.at < page.count - 1 ? "more" : "top"] as const;
  const all = keyLines([...keys.slice(0, -1), more, ...keys.slice(-1)], columns, look);
  return { lines: pageOf(body, room(all), number, look).lines, keys: all };
}

/** What to do first. Where there is not room for all, the outer folders tell least. */
function task({ folder, file }: Frame, columns: number): string {
  const whole = `read ${folder}/README.md, edit ${folder}/${file}`;
  if (widthOf(whole) <= columns) return whole;
  const edit = `README.md, edit …/${file}`;
  let [path, line] = [folder, `read ${folder}/${edit}`];
  while (widthOf(line) > columns && path.includes("/")) {
    path = path.slice(path.indexOf("/") + 1);
    line = `read …/${path}/${edit}`;
  }
  return cut(widthOf(line) <= columns ? line : `read ${edit}`, columns);
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
