import { bytes, percent } from "../model/quantity.ts";
import type { CheckResult, MeasuredImage, PairResult, Verdict } from "../model/result.ts";
import { differenceLines } from "./difference.ts";
import { cut, harmless, painter, type Paint } from "./text.ts";

const COLUMNS = 80;

const MARKS = {
  same: { mark: "✓", format: "green" },
  differs: { mark: "✗", format: "red" },
  unproven: { mark: "?", format: "yellow" },
} as const satisfies Record<Verdict, unknown>;

/** The report for a person: at most 80 columns wide, ends with a line feed. */
export function terminalReport(result: CheckResult, colour: boolean): string {
  const paint = painter(colour);
  const contracts = Map.groupBy(result.pairs, (pair) => `${pair.folder}\n${pair.name}`);
  const blocks = [...contracts.values()].map((pairs) => contractBlock(pairs, paint));
  return `${[...blocks, summary(result, paint)].join("\n\n")}\n`;
}

function contractBlock(pairs: readonly PairResult[], paint: Paint): string {
  const [first] = pairs;
  const title = first ? harmless(first.name) : "";
  const where =
    first && first.folder !== first.name ? paint("dim", `  ${harmless(first.folder)}`) : "";
  const width = Math.max(...pairs.map((it) => it.candidate.length));
  const lines = [
    `${paint("bold", title)}${where}`,
    ...pairs.map((pair) => verdictLine(pair, width, paint)),
    ...sizeTable(pairs, paint),
    ...pairs.flatMap((pair) => claimLines(pair, width, paint)),
    ...pairs.flatMap((pair) => details(pair, paint)),
    ...standInLines(pairs, paint),
  ];
  return lines.join("\n");
}

function verdictLine(pair: PairResult, width: number, paint: Paint): string {
  const { mark, format } = MARKS[pair.verdict];
  const accepted = pair.differences.filter((it) => it.accepted !== null).length;
  const open = pair.differences.length - accepted;
  const failed = pair.claims.filter((it) => !it.holds).length;
  const parts = [
    ...(open > 0 ? [`${open} of ${pair.facts} facts differ`] : [`${pair.facts} facts`]),
    ...(failed > 0 ? [`${failed} claim${failed > 1 ? "s" : ""} failed`] : []),
    ...(pair.noise.length > 0 ? [`${pair.noise.length} noise`] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
  ];
  const tail = pair.error && pair.facts === 0 ? "" : `  ${parts.join(", ")}`;
  const head = `  ${mark} ${pair.candidate.padEnd(width)}  ${pair.verdict.padEnd(8)}`;
  return `${paint(format, head)}${tail}${paint("dim", `  ${pair.seconds.toFixed(1)} s`)}`;
}

function sizeTable(pairs: readonly PairResult[], paint: Paint): string[] {
  const baseline = pairs.find((it) => it.images.baseline)?.images.baseline;
  if (!baseline) return [];
  const rows: [string, MeasuredImage][] = [["baseline", baseline]];
  for (const { candidate, images } of pairs)
    if (images.candidate) rows.push([candidate, images.candidate]);
  const width = Math.max(...rows.map(([name]) => name.length));
  const head = `${"".padEnd(width)}  ${"size".padStart(8)}${"".padEnd(8)}${"transfer".padStart(9)}${"".padEnd(8)}${"layers".padStart(7)}${"build".padStart(9)}`;
  return [
    "",
    paint("dim", `    ${head}`),
    ...rows.map(([name, { image, size }]) => {
      const share = (part: number, whole: number): string =>
        (name === "baseline" ? "" : percent(part / whole)).padStart(8);
      const build = image.buildSeconds === null ? "-" : `${image.buildSeconds.toFixed(1)} s`;
      return `    ${name.padEnd(width)}  ${bytes(size.unpacked).padStart(8)}${share(size.unpacked, baseline.size.unpacked)}${bytes(size.transfer).padStart(9)}${share(size.transfer, baseline.size.transfer)}${String(size.layers.length).padStart(7)}${build.padStart(9)}`;
    }),
  ];
}

function claimLines(pair: PairResult, width: number, paint: Paint): string[] {
  return pair.claims.map(({ claim, holds, measured }, at) => {
    const { mark, format } = MARKS[holds ? "same" : "differs"];
    const gap = at === 0 ? "\n" : "";
    return `${gap}    ${paint(format, mark)} ${pair.candidate.padEnd(width)}  ${claim}: ${holds ? "holds" : "does not hold"}, ${measured}`;
  });
}

function details(pair: PairResult, paint: Paint): string[] {
  const lines: string[] = [];
  if (pair.error) lines.push("", ...errorLines(pair, paint));
  const open = pair.differences.filter((it) => it.accepted === null);
  for (const difference of open)
    lines.push("", ...differenceLines(pair.candidate, difference, paint, COLUMNS));
  const accepted = pair.differences.filter((it) => it.accepted !== null);
  if (accepted.length > 0) lines.push("");
  for (const { probe, fact, accepted: reason } of accepted)
    lines.push(
      paint(
        "dim",
        cut(
          `    ${pair.candidate}: accepted ${harmless(`${probe}/${fact}`)}: ${harmless(reason ?? "")}`,
          COLUMNS,
        ),
      ),
    );
  for (const probe of pair.unproven)
    lines.push(
      paint(
        "yellow",
        cut(
          `    ${pair.candidate}: all of "${harmless(probe)}" was noise; it proves nothing`,
          COLUMNS,
        ),
      ),
    );
  for (const note of pair.notes) lines.push(paint("dim", cut(`    ${harmless(note)}`, COLUMNS)));
  return lines;
}

function errorLines({ candidate, error }: PairResult, paint: Paint): string[] {
  if (!error) return [];
  return [
    ...wrap(`${candidate}: ${harmless(error.message)}`, COLUMNS - 4).map(
      (line) => `    ${paint("yellow", line)}`,
    ),
    ...error.detail.map((line) => cut(`      ${harmless(line)}`, COLUMNS)),
  ];
}

/** Breaks a line at blanks; a word longer than a line stays whole, so that a path can be copied. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function standInLines(pairs: readonly PairResult[], paint: Paint): string[] {
  const all = pairs.flatMap(({ images }) => [images.baseline, images.candidate]);
  const names = new Set(all.flatMap((it) => it?.image.standIns ?? []));
  return [...names]
    .sort()
    .map((name) => paint("dim", cut(`    stand-in: ${harmless(name)}`, COLUMNS)));
}

function summary(result: CheckResult, paint: Paint): string {
  const { mark, format } = MARKS[result.verdict];
  const counts = (["same", "differs", "unproven"] as const)
    .map(
      (verdict) => [verdict, result.pairs.filter((it) => it.verdict === verdict).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`);
  const line = `${mark} ${result.pairs.length} pair${result.pairs.length === 1 ? "" : "s"}: ${counts.join(", ")}`;
  return `${paint(["bold", format], line)}${paint("dim", `  ${result.seconds.toFixed(1)} s`)}`;
}
