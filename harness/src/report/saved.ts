/** What a candidate saves, and what is worth a warning of what it holds: a few lines below the table of sizes. */
import type { Anatomy } from "../model/anatomy.ts";
import { bytes } from "../model/quantity.ts";
import type { PairResult } from "../model/result.ts";
import { CAUSE_NAMES } from "./anatomy-names.ts";
import { causeChanges, type CauseChange } from "./diff-figures.ts";
import { counted } from "./figures.ts";
import { cut, harmless, widthOf, wrap, type Paint } from "./text.ts";

/** Causes that are named; the others are told of together. */
const NAMED = 4;
/** A cause is left out when it is less than this share of the baseline's bytes. */
const WORTH = 0.001;

/** Lines of at most `columns` about a pair whose images were both measured; none where there is nothing to say. */
export function savedLines(
  { candidate: name, images }: PairResult,
  paint: Paint,
  columns: number,
): string[] {
  const { baseline, candidate } = images;
  if (!baseline || !candidate) return [];
  const who = cut(harmless(name), 15);
  const indent = " ".repeat(4 + widthOf(who) + 1);
  const [ours, theirs] = [baseline.anatomy, candidate.anatomy];
  const said = [
    ...changesOf(ours, theirs).map((text) => ({ text, warns: false })),
    ...warningsOf(theirs).map((text) => ({ text, warns: true })),
  ];
  return said
    .flatMap(({ text, warns }) =>
      wrap(text, columns - indent.length).map((line, at) => ({
        line: `${at === 0 ? "" : "  "}${line}`,
        warns,
      })),
    )
    .map(({ line, warns }, at) => {
      const whole = cut(`${at === 0 ? `    ${who} ` : indent}${line}`, columns);
      return warns ? paint("yellow", whole) : whole;
    });
}

function changesOf(a: Anatomy, b: Anatomy): string[] {
  const changes = causeChanges(a, b).filter(
    ({ before, after }) => Math.abs(after - before) > a.files.bytes * WORTH,
  );
  const setuid = [a.setuid.count, b.setuid.count] as const;
  return [
    ...listed(
      "saves",
      changes.filter(({ before, after }) => after < before),
    ),
    ...listed(
      "adds",
      changes.filter(({ before, after }) => after > before),
    ),
    ...(setuid[0] !== setuid[1] ? [`setuid or setgid files: ${setuid.join(" -> ")}`] : []),
  ];
}

function listed(verb: string, changes: readonly CauseChange[]): string[] {
  if (changes.length === 0) return [];
  const size = ({ before, after }: CauseChange): number => Math.abs(after - before);
  const rest = changes.slice(NAMED).reduce((sum, it) => sum + size(it), 0);
  const parts = changes.slice(0, NAMED).map((it) => `${CAUSE_NAMES[it.cause]} ${bytes(size(it))}`);
  return [`${verb} ${[...parts, ...(rest > 0 ? [`others ${bytes(rest)}`] : [])].join("; ")}`];
}

function warningsOf({ secrets, binaries }: Anatomy): string[] {
  const loaders = binaries.missing.filter(({ kind }) => kind === "loader");
  const [loader] = loaders;
  const more = loaders.length > 1 ? ` (and ${counted(loaders.length - 1, "file")} more)` : "";
  return [
    ...(secrets.count > 0
      ? [
          `holds ${counted(secrets.count, "likely secret")}: ${secrets.paths.slice(0, 3).join(", ")}`,
        ]
      : []),
    ...(loader ? [`lacks ${loader.needs}, the loader of ${loader.path}${more}`] : []),
  ];
}
