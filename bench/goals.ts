import { median, spread } from "./table.ts";

/** What is to be reached, held against what was measured in each run. */
export interface Goal {
  readonly text: string;
  readonly measured: string;
  readonly isMet: boolean;
}

/** Runs of one command: seconds of each, and the most memory of all in bytes. */
export interface Runs {
  readonly seconds: readonly number[];
  readonly peak: number | null;
}

/** All that was measured of one image. */
export interface Measured {
  readonly name: string;
  /** Bytes that `docker save` and `docker export` write. */
  readonly bytes: { readonly save: number; readonly export: number };
  readonly save: Runs;
  readonly exportView: Runs;
  readonly layerView: Runs;
  readonly dive: Runs | null;
  readonly syft: Runs | null;
  /** A second look, as seconds: within a process that has looked before, and as a command. */
  readonly again: Runs;
  readonly command: Runs;
}

/** The goals for one image; a goal against a peer that could not be had is left out. */
export function goalsOf(it: Measured): readonly Goal[] {
  const views = [
    ["export view", it.exportView],
    ["layer view", it.layerView],
  ] as const;
  const peers = views.flatMap(([view, ours]) => [
    ...(it.dive ? [atLeast(`${it.name}: dive / ${view}`, ratios(it.dive, ours), 1)] : []),
    ...(it.syft ? [atLeast(`${it.name}: syft / ${view}`, ratios(it.syft, ours), 4)] : []),
  ]);
  return [
    atMost(`${it.name}: export view / docker save`, ratios(it.exportView, it.save), 0.75),
    atMost(`${it.name}: layer view / docker save`, ratios(it.layerView, it.save), 1.1),
    ...peers,
    atMost(`${it.name}: second look, ms`, milliseconds(it.again), 100),
    atMost(`${it.name}: second look as a command, ms`, milliseconds(it.command), 100),
    ...views.flatMap(([view, { peak }]) =>
      peak === null ? [] : [atMost(`${it.name}: peak of the ${view}, MB`, [peak / 1e6], 150)],
    ),
  ];
}

/** The goals for a smaller and a larger image, and for both in one look. */
export function goalsOfPair(small: Measured, large: Measured, both: Runs): readonly Goal[] {
  const growth = (view: "exportView" | "layerView", stream: "export" | "save"): number[] => {
    const bytes = large.bytes[stream] / small.bytes[stream];
    return ratios(large[view], small[view]).map((time) => time / bytes);
  };
  return [
    within("export view, growth of time / growth of bytes", growth("exportView", "export"), 0.2),
    within("layer view, growth of time / growth of bytes", growth("layerView", "save"), 0.2),
    atMost("layer view of both at once / of the larger", ratios(both, large.layerView), 1.1),
  ];
}

/** Of runs that stood next to each other. */
export function ratios(part: Runs, whole: Runs): number[] {
  return part.seconds.map((seconds, at) => seconds / (whole.seconds[at] ?? Number.NaN));
}

function milliseconds({ seconds }: Runs): number[] {
  return seconds.map((value) => value * 1000);
}

function atMost(text: string, values: readonly number[], most: number): Goal {
  const measured = spread(values, most >= 100 ? 0 : 2);
  return { text: `${text} ≤ ${most}`, measured, isMet: median(values) <= most };
}

function atLeast(text: string, values: readonly number[], least: number): Goal {
  return { text: `${text} ≥ ${least}`, measured: spread(values), isMet: median(values) >= least };
}

function within(text: string, values: readonly number[], share: number): Goal {
  const isMet = Math.abs(median(values) - 1) <= share;
  return { text: `${text} within ${share * 100} % of 1`, measured: spread(values), isMet };
}
