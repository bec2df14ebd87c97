import type { ImageConfig } from "../../model/image.ts";
import type { Inspection, LayerView } from "../../model/inspection.ts";
import { anatomyOf } from "../anatomy.ts";
import type { Stored } from "../archive/blob.ts";
import type { Step } from "../archive/image-document.ts";
import { joined } from "../surface/findings.ts";
import { hiddenSecrets } from "../surface/hidden-secrets.ts";
import type { Merged } from "../tree/merge.ts";
import type { Tree } from "../tree/tree.ts";
import { foldersOf, largestSurvey } from "./folders.ts";
import { instructionsOf } from "./instructions.ts";
import { wasteOf } from "./waste.ts";

/** What was measured of one layer, in bytes. */
export interface MeasuredLayer {
  readonly digest: string;
  readonly unpacked: number;
  readonly transfer: number | null;
  readonly stored: Stored | null;
}

/** What the final file system tells by itself. */
export function treeView(tree: Tree): Pick<Inspection, "largest" | "folders" | "anatomy"> {
  const largest = largestSurvey(tree);
  const anatomy = anatomyOf(tree, [largest]);
  return { largest: largest.result(), folders: foldersOf(tree, anatomy.files.bytes), anatomy };
}

/** What the final file system does not show and the layers still hold: secrets that were deleted too late. */
export function withHidden(
  view: ReturnType<typeof treeView>,
  merged: Merged,
): ReturnType<typeof treeView> {
  const secrets = joined(view.anatomy.secrets, hiddenSecrets(merged));
  return { ...view, anatomy: { ...view.anatomy, secrets } };
}

/** What the layers tell, `merged` being made of them in their order. */
export function layersView(
  history: readonly Step[],
  layers: readonly MeasuredLayer[],
  { layers: changes, lost }: Merged,
): Pick<Inspection, "layers" | "size" | "wasted"> {
  const instructions = instructionsOf(history, layers.length);
  const wasted = layers.map(() => 0);
  for (const { bytes, stored } of lost) wasted[stored] = (wasted[stored] ?? 0) + bytes;
  const none = { files: 0, bytes: 0 };
  const views = layers.map((layer, at): LayerView => ({
    ...layer,
    instruction: instructions[at] ?? null,
    added: changes[at]?.added ?? none,
    changed: changes[at]?.changed ?? none,
    removed: changes[at]?.removed ?? none,
    wasted: wasted[at] ?? 0,
  }));
  return { layers: views, size: sizeOf(layers), wasted: wasteOf(lost) };
}

function sizeOf(layers: readonly MeasuredLayer[]): NonNullable<Inspection["size"]> {
  let unpacked = 0;
  let transfer: number | null = 0;
  for (const layer of layers) {
    unpacked += layer.unpacked;
    transfer = transfer === null || layer.transfer === null ? null : transfer + layer.transfer;
  }
  return { unpacked, transfer };
}

/** An inspection under a name and a config. */
export function inspectionOf(
  name: string,
  config: ImageConfig,
  tree: ReturnType<typeof treeView>,
  layers: ReturnType<typeof layersView> | null,
): Inspection {
  return { name, config, ...(layers ?? { layers: null, size: null, wasted: null }), ...tree };
}
