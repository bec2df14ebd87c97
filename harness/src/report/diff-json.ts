import {
  haveSameLayers,
  isEqual,
  type DiffChange,
  type DiffEntry,
  type DiffSide,
  type ImageDiff,
} from "../model/image-diff.ts";
import type { Inspection } from "../model/inspection.ts";
import type { Scans } from "../scan/scan.ts";
import { surfaceParts } from "./anatomy-names.ts";
import { causeChanges } from "./diff-figures.ts";
import { largestChanges, places } from "./diff-places.ts";
import type { DiffShown } from "./diff-terminal.ts";
import { octal } from "./inspect-json.ts";
import { scanJson } from "./scan.ts";

/** One JSON document in the shape of docs/inspect.md, with a line feed at its end. */
export function diffJson(diff: ImageDiff, shown: DiffShown, scans: Scans | null = null): string {
  const { baseline, candidate, config, files, packages } = diff;
  const document = {
    schema: 1,
    equal: isEqual(diff),
    sameLayers: haveSameLayers(diff),
    baseline: imageOf(baseline),
    candidate: imageOf(candidate),
    causes: causeChanges(baseline.anatomy, candidate.anatomy),
    surface: surfaceOf(baseline, candidate),
    files: {
      left: oneSided(files.left, shown),
      came: oneSided(files.came, shown),
      changed: { count: files.changed.length, ...changedPaths(files.changed, shown) },
      same: files.same,
      bySize: files.bySize,
    },
    packages,
    config,
    ...(scans ? { scan: scanJson(scans) } : {}),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function imageOf({ name, config, anatomy }: Inspection): object {
  return {
    name,
    id: config.id,
    platform: config.platform,
    layers: config.layers,
    files: anatomy.files,
    packages: anatomy.packages.length,
  };
}

function surfaceOf({ anatomy: a }: Inspection, { anatomy: b }: Inspection): object {
  const amount = ({
    count,
    bytes,
  }: {
    readonly count: number;
    readonly bytes: number;
  }): object => ({
    count,
    bytes,
  });
  return Object.fromEntries(
    surfaceParts(a).map(({ part, found }) => [
      part,
      { before: amount(found), after: amount(b[part]) },
    ]),
  );
}

/** The places where most of it is, or every path. */
function oneSided(entries: readonly DiffEntry[], { top, files }: DiffShown): object {
  const bytes = entries.reduce((sum, it) => sum + it.bytes, 0);
  const { shown } = places(entries, top);
  return { count: entries.length, bytes, places: shown, ...(files ? { paths: entries } : {}) };
}

function changedPaths(changed: readonly DiffChange[], { top, files }: DiffShown): object {
  const shown = files ? changed : largestChanges(changed, top);
  return {
    paths: shown.map(({ before, after, ...it }) => ({
      ...it,
      before: sideOf(before),
      after: sideOf(after),
    })),
  };
}

function sideOf({ mode, ...side }: DiffSide): object {
  return { ...side, mode: octal(mode) };
}
