import { cut, harmless, lineUp } from "./text.ts";

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
  const ordered =
    states.length <= rows ? states : states.toSorted((a, b) => Number(a.done) - Number(b.done));
  const shown = ordered.slice(0, rows);
  const names = lineUp(
    shown.map(({ pair, image }) => `${pair} ${image}`),
    40,
  );
  return shown
    .map(({ doing, done }, at) => {
      const mark = done ? "✓" : FRAMES[tick % FRAMES.length];
      return cut(`${mark} ${names[at]}  ${harmless(doing)}`, columns);
    })
    .join("\n");
}
