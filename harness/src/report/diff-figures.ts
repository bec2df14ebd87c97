/** The figures of two images beside each other: what there was, what there is, and how much that is more or less. */
import type { Anatomy, ByteCause } from "../model/anatomy.ts";
import type { ImageDiff } from "../model/image-diff.ts";
import { bytes } from "../model/quantity.ts";
import { CAUSE_NAMES, surfaceParts } from "./anatomy-names.ts";
import { change, count } from "./figures.ts";
import type { Paint } from "./text.ts";

const NAME = 28;

function row(name: string, cells: readonly string[]): string {
  return `    ${name.padEnd(NAME)}${cells.map((cell) => cell.padStart(11)).join("")}`.trimEnd();
}

function head(title: string, cells: readonly string[], paint: Paint): string {
  const figures = cells.map((cell) => cell.padStart(11)).join("");
  return `  ${paint("bold", title)}${" ".repeat(NAME + 2 - title.length)}${paint("dim", figures)}`;
}

/** Files, bytes and packages of both. */
export function figureLines({ baseline, candidate }: ImageDiff, paint: Paint): string[] {
  const [a, b] = [baseline.anatomy, candidate.anatomy];
  return [
    head("", ["before", "after", "change"], paint),
    row("bytes", [
      bytes(a.files.bytes),
      bytes(b.files.bytes),
      change(b.files.bytes - a.files.bytes),
    ]),
    row("files", counts(a.files.count, b.files.count)),
    row("packages", counts(a.packages.length, b.packages.length)),
  ];
}

/** What the bytes of both are there for, the largest change first. */
export function causeChangeLines(a: Anatomy, b: Anatomy, paint: Paint): string[] {
  const changes = causeChanges(a, b);
  if (changes.length === 0) return [];
  return [
    head("bytes by cause", ["before", "after", "change"], paint),
    ...changes.map(({ cause, before, after }) =>
      row(CAUSE_NAMES[cause], [bytes(before), bytes(after), change(after - before)]),
    ),
  ];
}

export interface CauseChange {
  readonly cause: ByteCause;
  readonly before: number;
  readonly after: number;
}

/** The causes that either has, the largest change first. */
export function causeChanges(a: Anatomy, b: Anatomy): readonly CauseChange[] {
  const ours = new Map(a.causes.map(({ cause, bytes: size }) => [cause, size]));
  const theirs = new Map(b.causes.map(({ cause, bytes: size }) => [cause, size]));
  const changes = [...new Set([...ours.keys(), ...theirs.keys()])].map((cause) => ({
    cause,
    before: ours.get(cause) ?? 0,
    after: theirs.get(cause) ?? 0,
  }));
  return changes.sort((x, y) => Math.abs(y.after - y.before) - Math.abs(x.after - x.before));
}

/** The parts of the attack surface that either has, by count. */
export function surfaceChangeLines(a: Anatomy, b: Anatomy, paint: Paint): string[] {
  const theirs = new Map(surfaceParts(b).map(({ part, found }) => [part, found.count]));
  const rows = surfaceParts(a)
    .map(({ part, name, found }) => ({ name, before: found.count, after: theirs.get(part) ?? 0 }))
    .filter(({ before, after }) => before > 0 || after > 0);
  if (rows.length === 0) return [];
  return [
    head("attack surface", ["before", "after", "change"], paint),
    ...rows.map(({ name, before, after }) => row(name, counts(before, after))),
  ];
}

function counts(before: number, after: number): readonly string[] {
  const sign = after > before ? "+" : "";
  return [count(before), count(after), before === after ? "-" : `${sign}${count(after - before)}`];
}
