/**
 * Our file list of an image, from `docker export` and put together from the layers of `docker save`, against what GNU tar
 * lists of `docker export`: name, kind, mode, owner, size, link target and hard links of every entry.
 * Usage: node bench/tree.ts [--write] [IMAGE…]. Exits with 1 on any difference.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Inode } from "../harness/src/measure/tree/inode.ts";
import { merge } from "../harness/src/measure/tree/merge.ts";
import { walk, type Tree } from "../harness/src/measure/tree/tree.ts";
import { engine, has, withBuilt, withContainer } from "./docker.ts";
import { provenance, write } from "./readme.ts";
import { exact, table } from "./table.ts";
import { listExport, type Listed } from "./tar-list.ts";
import { exportedTree, layersOf } from "./views.ts";

const APPS = join(import.meta.dirname, "..", "apps");
const DEFAULT = [
  "debian:trixie-slim",
  "python:3.13-slim",
  "node:24-slim",
  "golang:1.26",
  "gcr.io/distroless/python3-debian13",
];
/** What an engine puts into every container that it creates (moby, daemon/initlayer), and the folders that it makes for them. */
const ENGINE = new Set(
  [".dockerenv", "dev/console", "dev/pts", "dev/shm", "etc/hostname", "etc/hosts", "etc/mtab"]
    .concat(["etc/resolv.conf", "proc", "sys"])
    .map((path) => `/${path}`),
);
const AROUND = new Set(["/dev", "/etc"]);

const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const found = await engine();
const rows: string[][] = [];
let failed = false;
if (positionals.length > 0) {
  for (const image of positionals) await compare(image, image);
} else {
  for (const image of DEFAULT) await compare(image, image);
  const multi = { dockerfile: join(APPS, "go-calculator", "Dockerfile.multi"), name: "multi" };
  await withBuilt(multi, (tag) => compare(tag, "go-calculator, multi-stage"));
  const odd = { dockerfile: "odd.Dockerfile", name: "odd" };
  await withBuilt(odd, (tag) => compare(tag, "bench/images/odd.Dockerfile"));
}
const columns = [
  { name: "image" },
  { name: "our view" },
  { name: "names, tar", numeric: true },
  { name: "names, ours", numeric: true },
  { name: "bytes, tar", numeric: true },
  { name: "bytes, ours", numeric: true },
  { name: "hard links", numeric: true },
  { name: "the engine's own", numeric: true },
  { name: "differences", numeric: true },
] as const;
const text = `${table(columns, rows)}\n\n${provenance("bench/tree.ts", found, [])}`;
console.log(text);
if (values.write) await write("tree", text);
process.exitCode = failed ? 1 : 0;

async function compare(image: string, name: string): Promise<void> {
  if (!(await has(image))) {
    console.error(`${image} is not in the engine and cannot be pulled`);
    failed = true;
    return;
  }
  await withContainer(image, async (container) => {
    const listed = await listExport(container);
    check(name, "export", listed, await exportedTree(container));
    check(name, "layers", listed, merge(await layersOf(image)).tree);
  });
}

/** Adds a row for one of our views, and prints what differs and what is the engine's. */
function check(image: string, view: string, listed: readonly Listed[], tree: Tree): void {
  const theirs = describeListed(listed);
  const ours = describeTree(tree, theirs.keys());
  const engines: string[] = [];
  const differences: string[] = [];
  for (const [path, line] of theirs) {
    const own = ours.get(path);
    if (own === line) continue;
    const isEngines = ENGINE.has(path) || (AROUND.has(path) && own === undefined);
    if (isEngines) engines.push(own === undefined ? path : `${path} (ours ${own})`);
    else differences.push(`${shown(path)}: tar ${line}, ours ${own ?? "none"}`);
  }
  for (const [path, line] of ours)
    if (!theirs.has(path)) differences.push(`${shown(path)}: tar none, ours ${line}`);
  for (const line of differences.slice(0, 20)) console.error(`${image}, ${view}: ${line}`);
  if (engines.length > 0)
    console.error(`${image}, ${view}: the engine's own: ${engines.join(", ")}`);
  failed ||= differences.length > 0;
  const files = listed.filter(({ kind }) => kind === "file");
  const inodes = new Set([...walk(tree)].map(({ node }) => node.inode));
  rows.push([
    image,
    view,
    exact(theirs.size),
    exact(ours.size),
    exact(files.reduce((sum, { size }) => sum + size, 0)),
    exact([...inodes].reduce((sum, { size }) => sum + size, 0)),
    exact(listed.filter(({ kind }) => kind === "link").length),
    exact(engines.length),
    exact(differences.length),
  ]);
}

/** One line for each path; a hard link has its file's and names the first of its names. */
function describeListed(listed: readonly Listed[]): Map<string, string> {
  const lines = new Map<string, string>();
  const first = new Map<string, Listed>();
  for (const entry of listed) {
    const file = entry.kind === "link" ? first.get(entry.target) : entry;
    if (!file) throw new Error(`tar lists a link to nothing: ${shown(entry.path)}`);
    if (entry.path === "/") continue;
    first.set(entry.path, file);
    lines.set(entry.path, describe(file, file.path));
  }
  return lines;
}

/** As tar would list it when it came upon the names in this order. */
function describeTree(tree: Tree, order: Iterable<string>): Map<string, string> {
  const inodes = new Map<string, Inode>();
  for (const { path, node } of walk(tree)) inodes.set(path, node.inode);
  const first = new Map<Inode, string>();
  for (const path of [...order, ...inodes.keys()]) {
    const inode = inodes.get(path);
    if (inode && !first.has(inode)) first.set(inode, path);
  }
  const lines = [...inodes].map(
    ([path, inode]) => [path, describe(inode, first.get(inode) ?? path)] as const,
  );
  return new Map(lines);
}

function describe(
  it: Omit<Inode, "hash" | "capability" | "content" | "kind"> & { kind: string },
  first: string,
): string {
  const target = it.target === "" ? "" : ` -> ${shown(it.target)}`;
  const mode = it.mode.toString(8).padStart(4, "0");
  return `${it.kind} ${mode} ${it.uid}/${it.gid} ${it.size} bytes${target}, first named ${shown(first)}`;
}

/** A hostile name on one line. */
function shown(path: string): string {
  return JSON.stringify(path).replace(
    /[^\x20-\x7e]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
