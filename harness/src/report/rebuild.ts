/** How long images take to build again, as text and as JSON. */
import type {
  ChangeKind,
  ChangeResult,
  Finding,
  ImageRebuild,
  RebuildProgress,
  RebuildResult,
} from "../model/rebuild.ts";
import { cut, harmless, painter, widthOf, wrap, type Paint } from "./text.ts";

const COLUMNS = 80;

const CHANGES = {
  none: "no change",
  source: "source edit",
  dependencies: "dependency edit",
} as const satisfies Record<ChangeKind, string>;

/** A table of all changes and images, then a line for each finding: at most 80 columns wide, ends with a line feed. */
export function rebuildReport(result: RebuildResult, colour: boolean): string {
  const paint = painter(colour);
  const title = cut(harmless(result.name), COLUMNS);
  const folder = harmless(result.folder);
  const fits = widthOf(title) + 2 + widthOf(folder) <= COLUMNS && result.folder !== result.name;
  const sections = [
    [
      `${paint("bold", title)}${fits ? paint("dim", `  ${folder}`) : ""}`,
      `  rebuild times with a warm cache, seconds: median of ${result.runs} (least-most)`,
    ],
    table(result, paint),
    ...result.changes.map((change) => findingLines(result, change, paint)),
    noteLines(result, paint),
    [paint("dim", `  Docker ${harmless(result.engine.version)}  ${result.seconds.toFixed(1)} s`)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function table(result: RebuildResult, paint: Paint): string[] {
  const row = (cells: readonly string[]): string =>
    `    ${cells.map((cell, at) => fill(cell, at)).join("  ")}`.trimEnd();
  const head = paint("dim", row(["after", "image", "median", "least-most", "ratio", "cached"]));
  const rows = result.changes.flatMap((change) =>
    change.missing === null
      ? change.images.map((image, at) =>
          row([at === 0 ? CHANGES[change.kind] : "", ...cellsOf(image)]),
        )
      : [`    ${fill(CHANGES[change.kind], 0)}  ${paint("dim", change.missing)}`],
  );
  return [head, ...rows];
}

function cellsOf({ image, seconds, ratio, steps, cached }: ImageRebuild): readonly string[] {
  return [
    image,
    figure(seconds.median),
    `${figure(seconds.least)}-${figure(seconds.most)}`,
    ratio === null ? "" : ratio.toFixed(2),
    `${cached} of ${steps}`,
  ];
}

/** Widths of the columns: the names on the left, the figures on the right. */
const TABLE = [15, 14, 7, 12, 6, 8];

function fill(cell: string, at: number): string {
  const width = TABLE[at] ?? 0;
  const text = cut(harmless(cell), width);
  const gap = " ".repeat(Math.max(0, width - widthOf(text)));
  return at < 2 ? text + gap : gap + text;
}

/** Seconds with three digits or two decimals. */
function figure(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

const MARKS = {
  faster: { mark: "+", format: "green" },
  slower: { mark: "-", format: "red" },
  even: { mark: "=", format: "dim" },
  again: { mark: "!", format: "yellow" },
  "same-output": { mark: "i", format: "dim" },
  untouched: { mark: "!", format: "yellow" },
} as const satisfies Record<Finding["kind"], unknown>;

function findingLines(result: RebuildResult, change: ChangeResult, paint: Paint): string[] {
  const found = result.findings.filter((it) => it.change === change.kind);
  if (found.length === 0) return [];
  const where = change.file === null ? "" : ` (${change.file})`;
  return [
    paint("bold", cut(`  ${CHANGES[change.kind]}${harmless(where)}`, COLUMNS)),
    ...found.flatMap(({ kind, image, text }) => {
      const { mark, format } = MARKS[kind];
      return wrap(`${image}: ${text}`, COLUMNS - 6).map(
        (line, at) => `    ${at === 0 ? paint(format, mark) : " "} ${line}`,
      );
    }),
  ];
}

function noteLines(result: RebuildResult, paint: Paint): string[] {
  const downloads = result.changes.some((it) => it.kind === "dependencies" && it.missing === null);
  const notes = [
    ...(downloads ? ["times after a dependency edit include what is downloaded again"] : []),
    ...result.notes,
  ];
  return notes.flatMap((note) =>
    wrap(note, COLUMNS - 10).map((line, at) =>
      paint("dim", `    ${(at === 0 ? "note" : "").padEnd(4)}  ${line}`),
    ),
  );
}

/** One JSON document (schema 1) with every run and step, and a line feed at its end. */
export function rebuildJson(result: RebuildResult): string {
  const document = {
    schema: 1,
    name: result.name,
    folder: result.folder,
    engine: result.engine,
    baseline: result.baseline,
    runs: result.runs,
    changes: result.changes.map(({ kind, file, missing, images }) => ({
      change: kind,
      file,
      missing,
      images: images.map(imageOf),
    })),
    findings: result.findings,
    notes: result.notes,
    seconds: round(result.seconds),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function imageOf({ image, seconds, ratio, steps, cached, runs }: ImageRebuild): object {
  return {
    image,
    median: round(seconds.median),
    least: round(seconds.least),
    most: round(seconds.most),
    ratio: ratio === null ? null : round(ratio),
    steps,
    cached,
    runs: runs.map((run) => ({
      seconds: round(run.seconds),
      steps: run.steps.map((it) => ({
        name: it.name,
        stage: it.stage,
        instruction: it.instruction,
        own: it.own,
        cached: it.cached,
        seconds: round(it.seconds),
      })),
    })),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** What is being built, in a line: `source edit, 2 of 5: multi`. */
export function rebuildStep(it: RebuildProgress): string {
  const round = it.run === 0 ? "warming up" : `${it.run} of ${it.runs}`;
  const image = it.image === "" ? "" : `: ${harmless(it.image)}`;
  return cut(`${CHANGES[it.change]}, ${round}${image}`, COLUMNS);
}
