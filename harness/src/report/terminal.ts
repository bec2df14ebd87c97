import { bytes, percent } from "../model/quantity.ts";
import type { CheckResult, MeasuredImage, PairResult, Verdict } from "../model/result.ts";
import { differenceLines, flakyLines } from "./difference.ts";
import { savedLines } from "./saved.ts";
import { cut, harmless, lineUp, painter, widthOf, wrap, type Paint } from "./text.ts";

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

/** Sections of one contract, an empty line between them; empty sections are left out. */
function contractBlock(pairs: readonly PairResult[], paint: Paint): string {
  const sections = [
    [title(pairs, paint), ...verdictLines(pairs, paint)],
    sizeTable(pairs, paint),
    pairs.flatMap((pair) => savedLines(pair, paint, COLUMNS)),
    claimLines(pairs, paint),
    ...pairs.flatMap((pair) => problems(pair, paint)),
    remarks(pairs, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

function title([first]: readonly PairResult[], paint: Paint): string {
  if (!first) return "";
  const name = cut(harmless(first.name), COLUMNS);
  const folder = harmless(first.folder);
  const fits = widthOf(name) + 2 + widthOf(folder) <= COLUMNS && first.folder !== first.name;
  return `${paint("bold", name)}${fits ? paint("dim", `  ${folder}`) : ""}`;
}

function verdictLines(pairs: readonly PairResult[], paint: Paint): string[] {
  const names = lineUp(pairs.map((it) => it.candidate));
  return pairs.flatMap((pair, at) => {
    const { mark, format } = MARKS[pair.verdict];
    const isAccepted = (it: { readonly accepted: string | null }): boolean => it.accepted !== null;
    const flaky = pair.flaky.filter((it) => !isAccepted(it)).length;
    const open = pair.differences.filter((it) => !isAccepted(it)).length;
    const accepted = pair.differences.length + pair.flaky.length - open - flaky;
    const failed = pair.claims.filter((it) => !it.holds).length;
    const counts = [
      open > 0 ? `${open} of ${pair.facts} facts differ` : `${pair.facts} facts`,
      ...(failed > 0 ? [`${failed} claim${failed > 1 ? "s" : ""} failed`] : []),
      ...(flaky > 0 ? [`${flaky} flaky`] : []),
      ...(pair.noise.length > 0 ? [`${pair.noise.length} noise`] : []),
      ...(pair.noiseWithin.length > 0 ? [`${pair.noiseWithin.length} noise in part`] : []),
      ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ];
    const head = `  ${mark} ${names[at]}  ${pair.verdict.padEnd(8)}`;
    const seconds = `  ${pair.seconds.toFixed(1)} s`;
    const room = COLUMNS - widthOf(head) - 2 - seconds.length;
    const [first = "", ...more] = pair.facts === 0 ? [] : wrap(counts.join(", "), room);
    return [
      `${paint(format, head)}${first && "  "}${first}${paint("dim", seconds)}`,
      ...more.map((line) => `${" ".repeat(widthOf(head) + 2)}${line}`),
    ];
  });
}

function sizeTable(pairs: readonly PairResult[], paint: Paint): string[] {
  const first = pairs.find((it) => it.images.baseline);
  const baseline = first?.images.baseline;
  if (!first || !baseline) return [];
  const images: [string, MeasuredImage][] = [
    [first.baseline, baseline],
    ...pairs.flatMap(({ candidate, images: { candidate: measured } }): [string, MeasuredImage][] =>
      measured ? [[candidate, measured]] : [],
    ),
  ];
  const names = lineUp(["", ...images.map(([name]) => name)], 15);
  const row = (name: string | undefined, cells: readonly string[]): string =>
    `    ${name}  ${cells.map((cell, at) => cell.padStart(TABLE[at] ?? 0)).join("")}`;
  return [
    paint("dim", row(names[0], ["size", "", "transfer", "", "layers", "packages", "build"])),
    ...images.map(([, { image, size, anatomy }], at) =>
      row(names[at + 1], [
        bytes(size.unpacked),
        at === 0 ? "" : percent(size.unpacked / baseline.size.unpacked),
        bytes(size.transfer),
        at === 0 ? "" : percent(size.transfer / baseline.size.transfer),
        String(size.layers.length),
        String(anatomy.packages.length),
        image.buildSeconds === null ? "-" : `${image.buildSeconds.toFixed(1)} s`,
      ]),
    ),
  ];
}

/** Widths of the size table's columns, right-aligned. */
const TABLE = [8, 8, 9, 8, 7, 10, 8];

/** A line a claim, with what was measured of each candidate. */
function claimLines(pairs: readonly PairResult[], paint: Paint): string[] {
  const claims = [...new Set(pairs.flatMap((pair) => pair.claims.map((it) => it.claim)))];
  const texts = lineUp(claims, 24);
  return claims.flatMap((claim, at) => {
    const judged = pairs.flatMap((pair) =>
      pair.claims.filter((it) => it.claim === claim).map((it) => ({ ...it, of: pair.candidate })),
    );
    const { mark, format } = MARKS[judged.every((it) => it.holds) ? "same" : "differs"];
    const indent = 8 + widthOf(texts[at] ?? "");
    const room = COLUMNS - indent;
    const measured = judged.map((it) => {
      const name = cut(harmless(it.of), 15);
      const tail = it.holds ? "" : ", does not hold";
      const value = cut(harmless(it.measured), room - widthOf(name) - tail.length - 2);
      const whole = `${name} ${value}${tail}`;
      return { width: widthOf(whole), painted: it.holds ? whole : paint("red", whole) };
    });
    return sideBySide(measured, room).map((line, nth) =>
      nth === 0
        ? `    ${paint(format, mark)} ${texts[at]}  ${line}`
        : `${" ".repeat(indent)}${line}`,
    );
  });
}

/** Pieces with `; ` between them, on as few lines of at most `columns` as they need. */
function sideBySide(
  pieces: readonly { readonly width: number; readonly painted: string }[],
  columns: number,
): string[] {
  const lines: string[] = [];
  let left = 0;
  for (const { width, painted } of pieces) {
    if (lines.length > 0 && left >= width + 3) {
      lines[lines.length - 1] += `; ${painted}`;
      left -= width + 2;
    } else {
      if (lines.length > 0) lines[lines.length - 1] += ";";
      lines.push(painted);
      left = columns - width;
    }
  }
  return lines;
}

/** What keeps a pair from being the same: its error, then a section for each difference. */
function problems(pair: PairResult, paint: Paint): string[][] {
  const { candidate, error, differences, flaky, unproven } = pair;
  const sections: string[][] = [];
  if (error)
    sections.push([
      ...wrap(`${candidate}: ${error.message}`, COLUMNS - 4).map(
        (line) => `    ${paint("yellow", line)}`,
      ),
      ...error.detail.flatMap((text) => text.split("\n")).flatMap(detailLines),
    ]);
  const told = new Set<string>();
  for (const difference of differences.filter((it) => it.accepted === null))
    sections.push(differenceLines(candidate, difference, paint, COLUMNS, told));
  for (const it of flaky.filter(({ accepted }) => accepted === null))
    sections.push(flakyLines(candidate, it, paint, COLUMNS));
  if (unproven.length > 0)
    sections.push(
      unproven
        .flatMap((probe) =>
          wrap(`${candidate}: all of "${probe}" is noise: it proves nothing`, COLUMNS - 4),
        )
        .map((line) => `    ${paint("yellow", line)}`),
    );
  return sections;
}

/** A line of a log, wrapped, with its margin kept: what stands below what may matter. */
function detailLines(line: string): string[] {
  const margin = " ".repeat(Math.min(20, /^ */.exec(line)?.[0].length ?? 0));
  return wrap(line, COLUMNS - 8 - margin.length).map((part) => `      | ${margin}${part}`);
}

/** Accepted differences, notes and stand-ins: the same remark on several candidates is made once. */
function remarks(pairs: readonly PairResult[], paint: Paint): string[] {
  const said = new Map<string, { kind: string; text: string; of: string[] }>();
  const say = (kind: string, candidate: string | null, text: string): void => {
    const remark = said.get(`${kind}\n${text}`) ?? { kind, text, of: [] };
    said.set(`${kind}\n${text}`, remark);
    if (candidate !== null && !remark.of.includes(candidate)) remark.of.push(candidate);
  };
  for (const pair of pairs) {
    for (const { probe, fact, accepted } of [...pair.differences, ...pair.flaky])
      if (accepted !== null) say("accepted", pair.candidate, `${probe}/${fact}: ${accepted}`);
    for (const note of pair.notes) say("note", pair.candidate, note);
  }
  const images = pairs.flatMap((it) => [it.images.baseline, it.images.candidate]);
  for (const name of [...new Set(images.flatMap((it) => it?.image.standIns ?? []))].sort())
    say("stand-in", null, name);
  return [...said.values()].flatMap(({ kind, text, of }) =>
    wrap(`${of.length > 0 ? `${of.join(", ")}: ` : ""}${text}`, COLUMNS - 14).map((line, at) =>
      paint("dim", `    ${(at === 0 ? kind : "").padEnd(8)}  ${line}`),
    ),
  );
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
