import { posix } from "node:path";
import type { PairResult } from "slimproof";
import { lineText, readStages, type Copy, type Stage } from "./recipe.ts";
import { commandForm } from "./command-form.ts";

interface Build {
  /** The Dockerfile. */
  readonly text: string;
  /** Whether the build's folder has such a file or folder; with a slash at its end, whether it is a folder. */
  readonly isThere: (path: string) => boolean;
}

/** What to mend of a Dockerfile whose image differs, as far as a line of it shows; null when none does. */
export function imageAdvice({ text, isThere }: Build, pair: PairResult): string | null {
  const last = readStages(text).at(-1);
  return last
    ? (commandForm(last, pair) ?? spilled(last, pair, isThere) ?? removedLater(last, pair))
    : null;
}

/** Causes that tell of a path that is not where it was looked for. */
const LACKS = new Set(["missing-file", "missing-module"]);

/** A COPY of a folder whose contents were meant to stay in a folder of that name. */
function spilled(
  { copies, workdirs }: Stage,
  pair: PairResult,
  isThere: Build["isThere"],
): string | null {
  const said = lackedIn(pair);
  for (const copy of copies) {
    const [source = "", ...others] = copy.sources;
    const base = posix.basename(source);
    const meant = posix.join(copy.target, base);
    // Of another stage nothing is known of what is a folder, but that it should have kept its place.
    const isFolder =
      copy.from === null ? isThere(`${source}/`) : posix.resolve("/", source) === meant;
    const isPlain = others.length === 0 && /^[\w-]+$/.test(base);
    if (!isPlain || !isFolder || posix.basename(copy.target) === base) continue;
    const near = posix.relative(workdirs.at(-1) ?? "/", meant);
    if (copies.some((it) => it.target === meant) || !names(said, meant, near)) continue;
    const to = /^\.\/?$/.test(copy.to) ? base : posix.join(copy.to, base);
    return `Line ${copy.line}: COPY of a folder copies what is in it. What ${source} holds now lies in ${copy.target} itself, and not in ${meant}. Write ${lineText(copy, { to })}.`;
  }
  return null;
}

/** All that tells of paths that the image lacks. */
function lackedIn({ differences }: PairResult): string {
  return differences
    .filter((it) => it.accepted === null)
    .flatMap(({ fact, candidate, causes }) => [
      ...(candidate === null ? [fact.replace(/^files\./, "")] : []),
      ...causes.filter((it) => LACKS.has(it.id)).map((it) => it.evidence),
    ])
    .join("\n");
}

/** Whether a text names a path or what lies below it; `near` is the path as seen from the WORKDIR, for what lies below alone. */
function names(said: string, path: string, near: string): boolean {
  const free = (it: string): string => `(?<![\\w./-])${RegExp.escape(it)}`;
  const below = near.startsWith("..") ? "" : `|${free(near)}/`;
  return new RegExp(`${free(path)}(?![\\w.-])${below}`).test(said);
}

/** An `rm` of what a COPY above it put into a layer, where bytes are what is too much. */
function removedLater({ copies, runs }: Stage, { claims }: PairResult): string | null {
  if (!claims.some((it) => !it.holds && /^(?:size|transfer)\b/.test(it.claim))) return null;
  for (const { line, text, workdir } of runs) {
    for (const path of removedBy(text)) {
      const gone = posix.resolve(workdir, path);
      const copy = copies.find((it) => it.line < line && bringsIn(it, gone));
      if (copy)
        return `Line ${line} removes ${path} in a layer of its own. Its bytes are in the layer of line ${copy.line} and still ship: what is not wanted has to be gone before the ${copy.keyword}.`;
    }
  }
  return null;
}

/** What the `rm`s of a command are given. */
function removedBy(command: string): readonly string[] {
  return command
    .split(/&&|\|\||[;|]/)
    .map((it) => it.trim().split(/\s+/))
    .filter(([program]) => program === "rm")
    .flatMap(([, ...words]) => words.filter((it) => !it.startsWith("-")));
}

function bringsIn({ sources, target }: Copy, path: string): boolean {
  return sources.some((source) => {
    const base = posix.basename(source);
    const isFile = /.\.\w+$/.test(base);
    const place = isFile && posix.basename(target) !== base ? posix.join(target, base) : target;
    return path === place || path.startsWith(place === "/" ? "/" : `${place}/`);
  });
}
