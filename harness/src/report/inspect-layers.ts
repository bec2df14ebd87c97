import type { Inspection, LayerView, Tally } from "../model/inspection.ts";
import { bytes } from "../model/quantity.ts";
import { count } from "./figures.ts";
import { cut, harmless, padded, type Paint } from "./text.ts";

/** Columns of figures, right-aligned in these widths. */
const WIDTHS = { unpacked: 9, transfer: 9, added: 8, changed: 8, removed: 8, wasted: 9 } as const;

type Figure = keyof typeof WIDTHS;

/** The layers as a table, lowest first: what made each, its sizes, how many files it touched, what nobody sees of it. */
export function layerLines({ layers, size }: Inspection, paint: Paint, columns: number): string[] {
  if (layers === null || layers.length === 0) return [];
  const shown = (Object.keys(WIDTHS) as Figure[]).filter(
    (figure) => figure !== "transfer" || size?.transfer !== null,
  );
  const number = String(layers.length).length;
  const room = columns - 5 - number - shown.reduce((sum, figure) => sum + WIDTHS[figure], 0);
  const row = (at: string, name: string, cells: readonly string[]): string =>
    `    ${at.padStart(number)} ${padded(cut(name, room), room)}${cells.map((cell, nth) => cell.padStart(WIDTHS[shown[nth] ?? "added"])).join("")}`;
  return [
    paint("dim", row("", "layer", shown)),
    ...layers.map((layer, at) =>
      row(
        String(at + 1),
        instruction(layer),
        shown.map((figure) => cell(layer, figure)),
      ),
    ),
  ];
}

function cell(layer: LayerView, figure: Figure): string {
  const value: number | Tally | null = layer[figure];
  if (value === null || value === 0) return "-";
  if (typeof value === "number") return bytes(value);
  if (value.files >= 1e6) return `${(value.files / 1e6).toFixed(1)}M`;
  return value.files === 0 ? "-" : count(value.files);
}

/** What made a layer, digests of what was copied shortened; of an unknown instruction the layer's own digest. */
function instruction({ instruction: text, digest }: LayerView): string {
  return harmless(text ?? digest.slice(0, 19)).replaceAll(
    /\b(file|dir|multi):([0-9a-f]{8})[0-9a-f]{56}\b/g,
    "$1:$2",
  );
}
