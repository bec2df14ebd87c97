import { harmless, cut } from "./text.ts";

/** What one image of a pair is at. */
export interface ImageState {
  readonly pair: string;
  readonly image: string;
  readonly doing: string;
  readonly done: boolean;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** The live view: a line an image, at most `columns` wide and `rows` high, the running ones last to be left out. */
export function progressView(
  states: readonly ImageState[],
  tick: number,
  columns: number,
  rows: number,
): string {
  const width = Math.max(0, ...states.map((it) => it.pair.length + it.image.length + 1));
  const ordered =
    states.length <= rows ? states : states.toSorted((a, b) => Number(a.done) - Number(b.done));
  return ordered
    .slice(0, rows)
    .map(({ pair, image, doing, done }) => {
      const mark = done ? "✓" : FRAMES[tick % FRAMES.length];
      return cut(`${mark} ${`${pair} ${image}`.padEnd(width)}  ${harmless(doing)}`, columns);
    })
    .join("\n");
}
