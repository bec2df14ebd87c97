/**
 * Wasted bytes, ours against dive's. The two count different things, so dive's rule is applied to our own layers, which
 * must give dive's figure to the byte, and from there each byte of the difference to ours is put down to a rule.
 * Usage: node bench/waste.ts [--write] [IMAGE…]. Exits with 1 when a byte is left over, or when
 * ours is not what dive finds stored less what GNU tar finds exported.
 */
import { parseArgs } from "node:util";
import { inspect } from "../harness/src/inspect.ts";
import type { Inode } from "../harness/src/measure/tree/inode.ts";
import { pathOf, type Inventory } from "../harness/src/measure/tree/inventory.ts";
import { merge, type Lost } from "../harness/src/measure/tree/merge.ts";
import { locate, walk } from "../harness/src/measure/tree/tree.ts";
import { diveInefficient, type Inefficient } from "./dive-rule.ts";
import { engine, has, withBuilt, withContainer } from "./docker.ts";
import { dive, diveReport, type DiveReport } from "./peers.ts";
import { provenance, write } from "./readme.ts";
import { exact, table } from "./table.ts";
import { listExport } from "./tar-list.ts";
import { layersOf } from "./views.ts";

const DEFAULT = ["golang:1.26", "python:3.13-slim", "node:24-slim"];
/** Targets of images/waste.Dockerfile. */
const BUILT = ["overwritten", "deleted", "moded", "renamed", "linked", "folder", "replaced"].concat(
  ["twice", "kind", "all"],
);

const LOOK = {
  cache: false,
  transfer: false,
  layers: true,
  signal: AbortSignal.timeout(3_600_000),
} as const;

const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const found = await engine();
const peer = await dive();
const rows: string[][] = [];
let failed = false;
for (const image of positionals.length > 0 ? positionals : DEFAULT) {
  if (await has(image)) await compare(image, image);
  else {
    console.error(`${image} is not in the engine and cannot be pulled`);
    failed = true;
  }
}
if (positionals.length === 0)
  for (const target of BUILT) {
    const source = { dockerfile: "waste.Dockerfile", target, name: target };
    await withBuilt(source, (tag) => compare(tag, `images/waste.Dockerfile, ${target}`));
  }

const columns = [
  { name: "image" },
  ...["stored", "dive's waste", "its rule, our layers", "paths that differ", "− still shown"]
    .concat([
      "− shown by another name",
      "− counted twice",
      "+ hidden with a folder",
      "+ stored twice in a layer",
      "our waste",
      "left over",
      "stored, not exported",
    ])
    .map((name) => ({ name, numeric: true as const })),
];
const machine = provenance("bench/waste.ts", found, [peer.version]);
const text = `${table(columns, rows)}\n\nBytes. ${machine}`;
console.log(text);
if (values.write) await write("waste", text);
process.exitCode = failed ? 1 : 0;

async function compare(image: string, name: string): Promise<void> {
  const layers = await layersOf(image);
  const report = await diveReport(peer, image);
  const byRule = diveInefficient(layers);
  const differing = differences(byRule, report);
  for (const line of differing.slice(0, 10)) console.error(`${name}: ${line}`);
  const rule = sum(byRule);
  const ways = explain(layers, byRule);
  for (const line of ways.unexplained.slice(0, 10)) console.error(`${name}: ${line}`);
  const explained =
    rule - ways.shown - ways.otherName - ways.twice + ways.withFolder + ways.sameLayer;
  // What a user is told, by the product itself.
  const [told] = await inspect([image], LOOK);
  const ours = told?.inspection.wasted?.bytes ?? Number.NaN;
  const leftOver = ours - explained;
  // By two others: what dive counts as stored, and what GNU tar sees of it in the end.
  const hidden = report.image.sizeBytes - (await shownBytes(image));
  if (hidden !== ours)
    console.error(`${name}: ${ours} bytes wasted, but ${hidden} are stored and not exported`);
  failed ||=
    leftOver !== 0 ||
    hidden !== ours ||
    differing.length > 0 ||
    rule !== report.image.inefficientBytes ||
    ways.stored !== report.image.sizeBytes ||
    ways.unexplained.length > 0;
  if (ways.stored !== report.image.sizeBytes)
    console.error(`${name}: ${ways.stored} bytes stored, says dive ${report.image.sizeBytes}`);
  rows.push([
    name,
    ...[ways.stored, report.image.inefficientBytes, rule, differing.length].map(exact),
    ...[ways.shown, ways.otherName, ways.twice, ways.withFolder, ways.sameLayer].map(exact),
    exact(ours),
    exact(leftOver),
    exact(hidden),
  ]);
}

async function shownBytes(image: string): Promise<number> {
  const listed = await withContainer(image, listExport);
  return listed.reduce((total, { size }) => total + size, 0);
}

/** Paths at which dive's own list and its rule over our layers are not the same. */
function differences(byRule: readonly Inefficient[], report: DiveReport): string[] {
  const theirs = new Map(report.image.fileReference.map((it) => [it.file, it] as const));
  const lines: string[] = [];
  for (const { path, bytes, met } of byRule) {
    const their = theirs.get(path);
    theirs.delete(path);
    if (their?.sizeBytes === bytes && their.count === met.length) continue;
    const said = their ? `${their.count} times, ${their.sizeBytes} bytes` : "nothing";
    lines.push(`${path}: ${met.length} times, ${bytes} bytes, says dive ${said}`);
  }
  return [...lines, ...[...theirs.keys()].map((path) => `${path}: only dive lists it`)];
}

interface Ways {
  /** All that the layers hold. */
  readonly stored: number;
  /** In dive's figure: copies that the final file system shows at their path, or under the name of a hard link. */
  readonly shown: number;
  readonly otherName: number;
  /** In dive's figure: the files of a removed folder, at the folder's path once more. */
  readonly twice: number;
  /** Not in dive's figure: files that went with a folder around them, at whose own path nothing came again. */
  readonly withFolder: number;
  /** Not in dive's figure: a path that one layer holds twice. */
  readonly sameLayer: number;
  readonly unexplained: readonly string[];
}

/** Puts every byte of dive's figure, and every byte that it lacks, down to one reason. */
function explain(layers: readonly Inventory[], byRule: readonly Inefficient[]): Ways {
  const { tree, lost } = merge(layers);
  const visible = new Set([...walk(tree)].map(({ node }) => node.inode));
  const agreed = new Set<Inode>();
  let [shown, otherName, twice, stored] = [0, 0, 0, 0];
  for (const { path, met } of byRule)
    for (const { bytes, inode, isWhiteout } of met) {
      if (isWhiteout) twice += bytes;
      else if (inode === null || bytes === 0) continue;
      else if (!visible.has(inode)) agreed.add(inode);
      else if (locate(tree, path)?.node.inode === inode) shown += bytes;
      else otherName += bytes;
    }
  const losses = new Map(lost.map((it) => [it.inode, it] as const));
  let [withFolder, sameLayer] = [0, 0];
  const unexplained: string[] = [];
  for (const [layer, { entries }] of layers.entries())
    for (const entry of entries) {
      if (!("inode" in entry)) continue;
      const { inode } = entry;
      const path = pathOf(entry);
      stored += inode.size;
      if (inode.size === 0 || visible.has(inode)) continue;
      const loss = losses.get(inode);
      if (!loss) unexplained.push(`${path} of layer ${layer} is neither shown nor lost`);
      else if (agreed.has(inode)) continue;
      else if (loss.hidden === layer) sameLayer += inode.size;
      else if (wentWithFolder(loss, layers)) withFolder += inode.size;
      else unexplained.push(`${path} of layer ${layer} is lost, and dive does not say so`);
    }
  return { stored, shown, otherName, twice, withFolder, sameLayer, unexplained };
}

/** Whether the layer that hides a file does it by a whiteout, an opaque marker or a file in place of a folder above it. */
function wentWithFolder({ path, hidden }: Lost, layers: readonly Inventory[]): boolean {
  return (layers[hidden]?.entries ?? []).some((entry) => {
    const { folder, name } = entry;
    if (name === ".wh..wh..opq") return path.startsWith(`${folder}/`);
    if (name.startsWith(".wh.")) return path.startsWith(`${folder}/${name.slice(4)}/`);
    const isFolder = "inode" in entry && entry.inode.kind === "directory";
    return !isFolder && path.startsWith(`${pathOf(entry)}/`);
  });
}

function sum(inefficient: readonly Inefficient[]): number {
  return inefficient.reduce((total, { bytes }) => total + bytes, 0);
}
