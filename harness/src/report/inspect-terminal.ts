import type { Anatomy, MissingPart } from "../model/anatomy.ts";
import type { Inspection } from "../model/inspection.ts";
import { bytes, percent } from "../model/quantity.ts";
import type { Scans } from "../scan/scan.ts";
import { CAUSE_NAMES, surfaceParts } from "./anatomy-names.ts";
import { bar, count, counted } from "./figures.ts";
import { folderLines, type Shown } from "./inspect-folders.ts";
import { layerLines } from "./inspect-layers.ts";
import { scanLines } from "./scan.ts";
import { cut, cutPath, harmless, painter, widthOf, wrap, type Paint } from "./text.ts";

const COLUMNS = 80;

/** What one look at images told, for a person: at most 80 columns wide, ends with a line feed. */
export function inspectReport(
  inspections: readonly Inspection[],
  shown: Shown,
  colour: boolean,
  scans: Scans | null = null,
): string {
  const paint = painter(colour);
  const blocks = inspections.map((it) => imageBlock(it, shown, paint)).join("\n\n\n");
  return `${blocks}\n${scans ? `\n${scanLines(scans, paint).join("\n")}\n` : ""}`;
}

function imageBlock(inspection: Inspection, shown: Shown, paint: Paint): string {
  const { anatomy, folders } = inspection;
  const sections = [
    headLines(inspection, paint),
    titled("layers", layerLines(inspection, paint, COLUMNS), paint),
    titled("wasted", wasteLines(inspection, shown.top), paint),
    titled("bytes by cause", causeLines(anatomy, paint), paint),
    titled("biggest", folderLines(folders, shown, paint, COLUMNS), paint),
    titled("largest files", largestLines(inspection, shown.top), paint),
    titled("attack surface", surfaceLines(anatomy, paint), paint),
    titled("packages", packageLines(anatomy), paint),
    titled("programs", binaryLines(anatomy, paint), paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function titled(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [`  ${paint("bold", title)}`, ...lines];
}

function headLines(
  { name, config, size, wasted, anatomy, layers }: Inspection,
  paint: Paint,
): string[] {
  const { distribution, files } = anatomy;
  const system = distribution
    ? `${distribution.id} ${distribution.version}`.trim()
    : "no distribution";
  const user = config.user === "" ? "root (no USER)" : config.user;
  const command = [...(config.entrypoint ?? []), ...(config.cmd ?? [])];
  const facts: [string, string][] = [
    ["platform", `${config.platform}, ${system}`],
    ["user", user],
    ["runs", command.length > 0 ? JSON.stringify(command) : "nothing (no ENTRYPOINT, no CMD)"],
    [
      "size",
      [
        `${bytes(size?.unpacked ?? files.bytes)}${layers ? ` in ${counted(layers.length, "layer")}` : ""}`,
        counted(files.count, "file"),
        ...(size && size.transfer !== null ? [`${bytes(size.transfer)} to transfer`] : []),
        ...(size && wasted && wasted.bytes > 0
          ? [`${bytes(wasted.bytes)} (${percent(wasted.bytes / size.unpacked)}) wasted`]
          : []),
      ].join(", "),
    ],
  ];
  return [
    paint("bold", cut(harmless(name), COLUMNS)),
    ...facts.flatMap(([key, value]) =>
      wrap(value, COLUMNS - 14).map(
        (line, at) => `  ${paint("dim", (at === 0 ? key : "").padEnd(10))}  ${line}`,
      ),
    ),
  ];
}

function wasteLines({ wasted }: Inspection, top: number): string[] {
  if (!wasted || wasted.bytes === 0) return [];
  const shown = wasted.paths.slice(0, top);
  const rest = wasted.bytes - shown.reduce((sum, it) => sum + it.bytes, 0);
  return [
    ...shown.map(({ path, bytes: size, copies }) => {
      const times = copies > 1 ? `  ${copies} copies` : "";
      return `    ${bytes(size).padStart(8)}  ${cutPath(harmless(path), COLUMNS - 14 - times.length)}${times}`;
    }),
    ...(rest > 0 ? [`    ${bytes(rest).padStart(8)}  at other paths`] : []),
  ];
}

function causeLines({ causes, files }: Anatomy, paint: Paint): string[] {
  return causes.map(({ cause, bytes: size }) => {
    const share = size / files.bytes;
    const figures = `${bytes(size).padStart(8)}${percent(share).padStart(8)}`;
    return `    ${CAUSE_NAMES[cause].padEnd(26)}${figures}  ${paint("cyan", bar(share, 30))}`;
  });
}

function largestLines({ largest }: Inspection, top: number): string[] {
  return largest
    .slice(0, top)
    .map(
      ({ path, bytes: size }) =>
        `    ${bytes(size).padStart(8)}  ${cutPath(harmless(path), COLUMNS - 14)}`,
    );
}

/** A line a part: how many, their bytes, and as many of the first paths as fit. What is not there has none. */
function surfaceLines(anatomy: Anatomy, paint: Paint): string[] {
  const parts = surfaceParts(anatomy);
  const none = parts.filter(({ found }) => found.count === 0).map(({ name }) => name);
  return [
    ...parts
      .filter(({ found }) => found.count > 0)
      .map(({ part, name, found }) => {
        const size = found.bytes > 0 ? bytes(found.bytes) : "";
        const head = `    ${name.padEnd(18)}${count(found.count).padStart(6)}${size.padStart(9)}  `;
        const line = head + someOf(found.paths, found.count, COLUMNS - head.length);
        return part === "secrets" ? paint("red", line) : line;
      }),
    ...(none.length > 0
      ? wrap(`none: ${none.join("; ")}`, COLUMNS - 4).map((line) => paint("green", `    ${line}`))
      : []),
  ];
}

/** As many paths as fit, at least the first, and an ellipsis when there are more. */
function someOf(paths: readonly string[], total: number, columns: number): string {
  let line = "";
  for (const [at, path] of paths.entries()) {
    const tail = at + 1 < Math.max(total, paths.length) ? " …" : "";
    const next = at === 0 ? harmless(path) : `${line}, ${harmless(path)}`;
    if (widthOf(next) + tail.length > columns)
      return at === 0 ? cut(next, columns - tail.length) + tail : `${line} …`;
    line = next;
  }
  return line + (paths.length < total ? " …" : "");
}

function packageLines({ packages }: Anatomy): string[] {
  const kinds = [...Map.groupBy(packages, ({ kind }) => kind)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([kind, list]) => `${kind} ${count(list.length)}`);
  const total = kinds.length > 1 ? `${count(packages.length)}: ` : "";
  return wrap(`${total}${kinds.join(", ") || "none"}`, COLUMNS - 4).map((line) => `    ${line}`);
}

/** Files that miss something which are told of, those without a loader first: they cannot even be started. */
const MOST_MISSING = 5;

function binaryLines({ binaries }: Anatomy, paint: Paint): string[] {
  const { missing } = binaries;
  const all = binaries.static + binaries.dynamic + binaries.libraries;
  if (all === 0 && missing.length === 0) return [];
  const counts = [
    `${count(binaries.static)} static`,
    `${count(binaries.dynamic)} dynamic`,
    counted(binaries.libraries, "library", "libraries"),
    `${count(binaries.stripped)} stripped`,
  ];
  const files = [...Map.groupBy(missing, ({ kind, path }) => `${kind} ${path}`).values()].sort(
    ([a], [b]) => Number(b?.kind === "loader") - Number(a?.kind === "loader"),
  );
  const more = files.length - MOST_MISSING;
  return [
    `    ${counts.join(", ")}`,
    ...files.slice(0, MOST_MISSING).flatMap((parts) => missingLines(parts, paint)),
    ...(more > 0
      ? [`    and ${counted(more, "file")} more with something missing, see --json`]
      : []),
  ];
}

function missingLines(parts: readonly MissingPart[], paint: Paint): string[] {
  const [first] = parts;
  if (!first) return [];
  const what = first.kind === "loader" ? "the loader that it asks for" : "libraries";
  return [
    `    ${cutPath(harmless(first.path), COLUMNS - 14 - what.length)} misses ${what}`,
    ...wrap(parts.map(({ needs }) => needs).join(", "), COLUMNS - 6)
      .slice(0, 2)
      .map((line) => paint("yellow", `      ${line}`)),
  ];
}
