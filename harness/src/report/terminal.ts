import { bytes, percent } from "../model/quantity.ts";
import type { CheckResult, MeasuredImage, PairResult, Verdict } from "../model/result.ts";
import { differenceLines } from "./difference.ts";
import { harmless, lineUp, painter, wrap, type Paint } from "./text.ts";

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
  const name = wrap(harmless(first.name), COLUMNS)[0] ?? "";
  const folder = harmless(first.folder);
  const fits = name.length + folder.length + 2 <= COLUMNS && folder !== name;
  return `${paint("bold", name)}${fits ? paint("dim", `  ${folder}`) : ""}`;
}

function verdictLines(pairs: readonly PairResult[], paint: Paint): string[] {
  const names = lineUp(pairs.map((it) => harmless(it.candidate)));
  return pairs.map((pair, at) => {
    const { mark, format } = MARKS[pair.verdict];
    const accepted = pair.differences.filter((it) => it.accepted !== null).length;
    const open = pair.differences.length - accepted;
    const failed = pair.claims.filter((it) => !it.holds).length;
    const counts = [
      open > 0 ? `${open} of ${pair.facts} facts differ` : `${pair.facts} facts`,
      ...(failed > 0 ? [`${failed} claim${failed > 1 ? "s" : ""} failed`] : []),
      ...(pair.noise.length > 0 ? [`${pair.noise.length} noise`] : []),
      ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ];
    const tail = pair.facts === 0 ? "" : `  ${counts.join(", ")}`;
    const seconds = paint("dim", `  ${pair.seconds.toFixed(1)} s`);
    return `  ${paint(format, `${mark} ${names[at]}  ${pair.verdict.padEnd(8)}`)}${tail}${seconds}`;
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
  const names = lineUp(["", ...images.map(([name]) => harmless(name))]);
  const row = (name: string | undefined, cells: readonly string[]): string =>
    `    ${name}  ${cells.map((cell, at) => cell.padStart(TABLE[at] ?? 0)).join("")}`;
  return [
    paint("dim", row(names[0], ["size", "", "transfer", "", "layers", "build"])),
    ...images.map(([, { image, size }], at) =>
      row(names[at + 1], [
        bytes(size.unpacked),
        at === 0 ? "" : percent(size.unpacked / baseline.size.unpacked),
        bytes(size.transfer),
        at === 0 ? "" : percent(size.transfer / baseline.size.transfer),
        String(size.layers.length),
        image.buildSeconds === null ? "-" : `${image.buildSeconds.toFixed(1)} s`,
      ]),
    ),
  ];
}

/** Widths of the size table's columns, right-aligned. */
const TABLE = [8, 8, 10, 8, 8, 9];

/** A line a claim, with what was measured of each candidate. */
function claimLines(pairs: readonly PairResult[], paint: Paint): string[] {
  const claims = [...new Set(pairs.flatMap((pair) => pair.claims.map((it) => it.claim)))];
  const texts = lineUp(claims.map(harmless));
  return claims.map((claim, at) => {
    const judged = pairs.flatMap((pair) =>
      pair.claims.filter((it) => it.claim === claim).map((it) => ({ ...it, of: pair.candidate })),
    );
    const { mark, format } = MARKS[judged.every((it) => it.holds) ? "same" : "differs"];
    const measured = judged.map((it) => {
      const text = `${harmless(it.of)} ${harmless(it.measured)}`;
      return it.holds ? text : paint("red", `${text}, does not hold`);
    });
    return `    ${paint(format, mark)} ${texts[at]}  ${measured.join("; ")}`;
  });
}

/** What keeps a pair from being the same: its error, then a section for each difference. */
function problems(pair: PairResult, paint: Paint): string[][] {
  const { candidate, error, differences, unproven } = pair;
  const sections: string[][] = [];
  if (error)
    sections.push([
      ...wrap(`${harmless(candidate)}: ${harmless(error.message)}`, COLUMNS - 4).map(
        (line) => `    ${paint("yellow", line)}`,
      ),
      ...error.detail.flatMap((line) =>
        wrap(harmless(line), COLUMNS - 8).map((part) => `      | ${part}`),
      ),
    ]);
  for (const difference of differences.filter((it) => it.accepted === null))
    sections.push(differenceLines(candidate, difference, paint, COLUMNS));
  if (unproven.length > 0)
    sections.push(
      unproven
        .flatMap((probe) =>
          wrap(
            `${candidate}: all of "${harmless(probe)}" is noise: it proves nothing`,
            COLUMNS - 4,
          ),
        )
        .map((line) => `    ${paint("yellow", line)}`),
    );
  return sections;
}

/** Accepted differences, notes and stand-ins: the same remark on several candidates is made once. */
function remarks(pairs: readonly PairResult[], paint: Paint): string[] {
  const said = new Map<string, string[]>();
  const say = (kind: string, candidate: string, text: string): void => {
    const key = `${kind}\n${harmless(text)}`;
    said.set(key, [...(said.get(key) ?? []), harmless(candidate)]);
  };
  for (const pair of pairs) {
    for (const { probe, fact, accepted } of pair.differences)
      if (accepted !== null) say("accepted", pair.candidate, `${probe}/${fact}: ${accepted}`);
    for (const note of pair.notes) say("note", pair.candidate, note);
  }
  const images = pairs.flatMap((it) => [it.images.baseline, it.images.candidate]);
  for (const name of [...new Set(images.flatMap((it) => it?.image.standIns ?? []))].sort())
    say("stand-in", "", name);
  return [...said].flatMap(([key, candidates]) => {
    const [kind = "", text = ""] = key.split("\n");
    const of = candidates.filter((it) => it !== "").join(", ");
    return wrap(`${of ? `${of}: ` : ""}${text}`, COLUMNS - 14).map((line, at) =>
      paint("dim", `    ${(at === 0 ? kind : "").padEnd(8)}  ${line}`),
    );
  });
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
