import type { Package } from "../model/anatomy.ts";
import {
  isEqual,
  type DiffChange,
  type DiffEntry,
  haveSameLayers,
  type ImageDiff,
} from "../model/image-diff.ts";
import { bytes } from "../model/quantity.ts";
import type { Scans } from "../scan/scan.ts";
import { causeChangeLines, figureLines, surfaceChangeLines } from "./diff-figures.ts";
import { largestChanges, places, sizeOf } from "./diff-places.ts";
import { count, counted } from "./figures.ts";
import { octal } from "./inspect-json.ts";
import { scanLines } from "./scan.ts";
import { cut, cutPath, harmless, painter, widthOf, wrap, type Paint } from "./text.ts";

const COLUMNS = 80;

export interface DiffShown {
  /** How many of a kind. */
  readonly top: number;
  /** Every path, instead of the places where most is. */
  readonly files: boolean;
}

/** How two images differ, for a person: at most 80 columns wide (but for `files`), ends with a line feed. */
export function diffReport(
  diff: ImageDiff,
  shown: DiffShown,
  colour: boolean,
  scans: Scans | null = null,
): string {
  const paint = painter(colour);
  const { baseline, candidate } = diff;
  const sections = [
    [paint("bold", title(baseline.name, candidate.name)), ...figureLines(diff, paint)],
    ...(isEqual(diff)
      ? []
      : [
          causeChangeLines(baseline.anatomy, candidate.anatomy, paint),
          surfaceChangeLines(baseline.anatomy, candidate.anatomy, paint),
          fileLines(diff, shown, paint),
          packageLines(diff, shown.top, paint),
          configLines(diff, paint),
        ]),
    scans ? scanLines(scans, paint) : [],
    [verdict(diff, paint)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** A name that is longer than half a line gets what the other leaves over. */
function title(baseline: string, candidate: string): string {
  const [ours, theirs] = [harmless(baseline), harmless(candidate)];
  const room = COLUMNS - " -> ".length;
  const first = cutPath(ours, Math.max(room / 2, room - widthOf(theirs)));
  return `${first} -> ${cutPath(theirs, room - widthOf(first))}`;
}

function verdict(diff: ImageDiff, paint: Paint): string {
  const [ours, theirs] = [diff.baseline.config.layers, diff.candidate.config.layers];
  if (!isEqual(diff)) return paint("yellow", "✗ the images differ");
  const layers = haveSameLayers(diff)
    ? "in the same layers"
    : `in other layers (${ours.length} against ${theirs.length})`;
  return paint("green", `✓ no difference: the same files and the same config, ${layers}`);
}

function fileLines({ files }: ImageDiff, shown: DiffShown, paint: Paint): string[] {
  const { left, came, changed, same, bySize } = files;
  if (left.length + came.length + changed.length === 0) return [];
  const counts = [
    `${entries(left)} left`,
    `${entries(came)} came`,
    `${count(changed.length)} changed`,
    `${counted(same.files, "file")} (${bytes(same.bytes)}) the same`,
  ];
  return [
    `  ${paint("bold", "files")}`,
    ...wrap(counts.join(", "), COLUMNS - 4).map((line) => `    ${line}`),
    ...placeLines("-", left, shown, (line) => paint("red", line)),
    ...placeLines("+", came, shown, (line) => paint("green", line)),
    ...changeLines(changed, shown, paint),
    ...(bySize > 0 ? [`    ${counted(bySize, "sparse file")} compared by size alone`] : []),
  ];
}

function entries(list: readonly DiffEntry[]): string {
  return `${count(list.length)} (${bytes(list.reduce((sum, it) => sum + it.bytes, 0))})`;
}

function placeLines(
  sign: "-" | "+",
  list: readonly DiffEntry[],
  { top, files }: DiffShown,
  paint: (line: string) => string,
): string[] {
  if (files)
    return list.map(({ path, kind, bytes: size }) =>
      paint(
        `    ${sign} ${bytes(size).padStart(8)}  ${harmless(path)}${kind === "directory" ? "/" : ""}`,
      ),
    );
  const { shown, rest } = places(list, top);
  return [
    ...shown.map(({ path, folder, bytes: size, files: inside }) => {
      const tail = folder ? `/  ${counted(inside, "file")}` : "";
      const room = COLUMNS - 16 - tail.length;
      return paint(
        `    ${sign} ${bytes(size).padStart(8)}  ${cutPath(harmless(path), room)}${tail}`,
      );
    }),
    ...(rest.files > 0
      ? [
          paint(
            `    ${sign} ${bytes(rest.bytes).padStart(8)}  ${counted(rest.files, "file")} elsewhere`,
          ),
        ]
      : []),
  ];
}

/** The largest first, each with what of it changed and how. */
function changeLines(
  changed: readonly DiffChange[],
  { top, files }: DiffShown,
  paint: Paint,
): string[] {
  const sorted = files ? changed : largestChanges(changed, top);
  const more = changed.length - sorted.length;
  return [
    ...sorted.map((change) => {
      const how = harmless(aspectsOf(change));
      const path = harmless(change.path);
      const head = `    ~ ${bytes(sizeOf(change)).padStart(8)}  `;
      if (files) return paint("yellow", `${head}${path}  ${how}`);
      const room = COLUMNS - head.length - 2;
      const first = cutPath(path, Math.max(room - widthOf(how), room / 2));
      const line = `${head}${first}  ${cut(how, room - widthOf(first))}`;
      return paint("yellow", line);
    }),
    ...(more > 0 ? [paint("yellow", `    ~ ${counted(more, "more", "more")}, see --files`)] : []),
  ];
}

function aspectsOf({ aspects, before, after }: DiffChange): string {
  return aspects
    .map((aspect): string => {
      switch (aspect) {
        case "kind":
          return `${before.kind} -> ${after.kind}`;
        case "content":
          return before.bytes === after.bytes
            ? "content"
            : `content ${bytes(before.bytes)} -> ${bytes(after.bytes)}`;
        case "mode":
          return `mode ${octal(before.mode)} -> ${octal(after.mode)}`;
        case "owner":
          return `owner ${before.uid}:${before.gid} -> ${after.uid}:${after.gid}`;
        case "target":
          return `-> ${before.target} now -> ${after.target}`;
        case "capability":
          return "capabilities";
        case "links":
          return "hard links";
        default:
          return aspect satisfies never;
      }
    })
    .join(", ");
}

function packageLines({ packages }: ImageDiff, top: number, paint: Paint): string[] {
  const { left, came, changed, same } = packages;
  if (left.length + came.length + changed.length === 0) return [];
  const counts = `${count(left.length)} left, ${count(came.length)} came, ${count(changed.length)} changed, ${count(same)} the same`;
  const shown = changed.slice(0, top);
  const more = changed.length - shown.length;
  return [
    `  ${paint("bold", "packages")}`,
    `    ${counts}`,
    ...kindLines("-", left).map((line) => paint("red", line)),
    ...kindLines("+", came).map((line) => paint("green", line)),
    ...shown.map(({ kind, name, before, after }) =>
      paint("yellow", cut(`    ~ ${kind} ${harmless(`${name} ${before} -> ${after}`)}`, COLUMNS)),
    ),
    ...(more > 0 ? [paint("yellow", `    ~ ${counted(more, "more", "more")}, see --json`)] : []),
  ];
}

/** A line a kind: how many, and as many as fit. */
function kindLines(sign: "-" | "+", packages: readonly Package[]): string[] {
  return [...Map.groupBy(packages, ({ kind }) => kind)].map(([kind, list]) => {
    const head = `    ${sign} ${kind} ${count(list.length)}: `;
    const names = list.slice(0, 20).map(({ name, version }) => harmless(`${name} ${version}`));
    return cut(head + names.join(", ") + (list.length > names.length ? " …" : ""), COLUMNS);
  });
}

function configLines({ config }: ImageDiff, paint: Paint): string[] {
  if (config.length === 0) return [];
  const side = (value: string | null): string => (value === null ? "(none)" : value);
  return [
    `  ${paint("bold", "config")}`,
    ...config.flatMap(({ name, before, after }) =>
      wrap(`~ ${name}: ${side(before)} -> ${side(after)}`, COLUMNS - 4)
        .slice(0, 4)
        .map((line) => paint("yellow", `    ${line}`)),
    ),
  ];
}
