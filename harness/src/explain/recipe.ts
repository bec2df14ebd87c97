import { posix } from "node:path";
import type { Stage } from "../engine/dockerfile.ts";
import { resolve } from "../measure/tree/tree.ts";
import type { Side } from "./evidence.ts";
import { contextPath, speaksOf } from "./stage-paths.ts";

/**
 * A COPY line that brings paths of the baseline into the candidate: from the candidate's own build stage when that is made
 * of the image that the baseline is made of, else from that image itself; and what the baseline has from the build context,
 * from there when the stage has it not.
 */
export function copyLine(
  baseline: Side,
  candidate: Side,
  from: string,
  to: string = from,
  flags = "",
): string {
  const stage = stageOf(baseline, candidate, from);
  const { dockerfile } = candidate;
  const source = baseline.dockerfile && contextPath(baseline.dockerfile, from);
  if (source !== null && dockerfile && !(stage && speaksOf(dockerfile, stage, from)))
    return `COPY ${flags}${source} ${besideIt(baseline, candidate, source, to)}`;
  return `COPY ${flags}--from=${stage?.name ?? rootOf(baseline) ?? "builder"} ${from} ${to}`;
}

/** Of the candidate's stages before the last, those made of the baseline's image first: one whose lines speak of the path. */
function stageOf(baseline: Side, candidate: Side, path: string): Stage | undefined {
  const { dockerfile } = candidate;
  if (!dockerfile) return undefined;
  const base = rootOf(baseline);
  const before = dockerfile.stages.slice(0, -1);
  const same = before.filter((it) => base !== null && originOf(candidate, it.name) === base);
  const stages = same.length > 0 ? same : before;
  return stages.findLast((it) => speaksOf(dockerfile, it, path)) ?? stages.at(-1);
}

/** Where a file of the build context goes, as people write it: `./` for the working folder. */
function besideIt(baseline: Side, candidate: Side, source: string, to: string): string {
  const isFile = resolve(baseline.tree, to)?.node.inode.kind === "file";
  const isHere = posix.dirname(to) === candidate.config.workdir;
  return isFile && isHere && posix.basename(source) === posix.basename(to) ? "./" : to;
}

/** A CMD or ENTRYPOINT; of null, what only a shell could run, how to write it for an image that has none. */
export function commandLine(
  instruction: "CMD" | "ENTRYPOINT",
  argv: readonly string[] | null,
): string {
  return argv
    ? `${instruction} ${execForm(argv)}`
    : `${instruction} in exec form, the program itself and its words, since there is no shell to fill in variables`;
}

/** The image that the last stage comes from, through whatever stages. */
function rootOf(side: Side): string | null {
  const last = side.dockerfile?.stages.at(-1);
  return last ? originOf(side, last.name) : null;
}

function originOf({ dockerfile }: Side, stage: string): string | null {
  let name = stage;
  let at = dockerfile?.stages.length ?? 0;
  for (;;) {
    const found = dockerfile?.stages.slice(0, at).findLastIndex((it) => it.name === name) ?? -1;
    const from = dockerfile?.stages[found]?.from;
    if (from === undefined) return name;
    at = found;
    name = from;
  }
}

/** ENV as a Dockerfile writes it. */
export function envLine(name: string, value: string): string {
  return `ENV ${name}=${/^[\w./:@%+,-]*$/.test(value) ? value : JSON.stringify(value)}`;
}

/** An exec form. */
export function execForm(argv: readonly string[]): string {
  return `[${argv.map((word) => JSON.stringify(word)).join(", ")}]`;
}

/** Permissions as chmod takes them: `0755`. */
export function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, "0");
}
