/** Pure: where a stage of a Dockerfile has a path from, as far as its lines tell. */
import { posix } from "node:path";
import type { DockerfileFacts, Stage } from "../engine/dockerfile.ts";
import type { CopyLine } from "../engine/file-lines.ts";

/** A path in the build context that a path of the image may be. */
interface Source {
  readonly path: string;
  /** Whether the line names it, and not only a folder that it may lie in. */
  readonly isNamed: boolean;
}

/** Where builds put what they make, which a COPY of the whole folder did not bring. */
const MADE =
  /(?:^|\/)(?:bin|build|dist|node_modules|obj|out|site-packages|target|vendor|venv|__pycache__|\.[^/]+)\//;

/** The path in the build context that a path of the finished image was copied from; null when the lines tell of none. */
export function contextPath(dockerfile: DockerfileFacts, path: string): string | null {
  const last = dockerfile.stages.at(-1);
  if (!last) return null;
  const stages = chain(dockerfile, last);
  const isMade = stages.some((it) => isRun(it, path));
  const sources = stages
    .flatMap((it) => it.lines.copies.toReversed())
    .filter(({ from }) => from === null)
    .flatMap((it) => sourcesOf(it, path));
  const found = sources.find((it) => it.isNamed || (isFile(it.path) && !MADE.test(it.path)));
  return found && (found.isNamed || !isMade) ? found.path : null;
}

/** Whether the lines of a stage speak of a path: they may copy it, or a RUN names it. */
export function speaksOf(dockerfile: DockerfileFacts, stage: Stage, path: string): boolean {
  return chain(dockerfile, stage).some(
    (it) => isRun(it, path) || it.lines.copies.some((copy) => sourcesOf(copy, path).length > 0),
  );
}

/** A stage and those above that it is built on. */
function chain({ stages }: DockerfileFacts, stage: Stage): readonly Stage[] {
  const found = [stage];
  for (const it of stages.slice(0, stages.indexOf(stage)).toReversed())
    if (it.name.toLowerCase() === found.at(-1)?.from.toLowerCase()) found.push(it);
  return found;
}

/** What a COPY may have made a path of: a file in a folder, a thing by another name, something in a folder. */
function sourcesOf({ sources, to }: CopyLine, path: string): readonly Source[] {
  const folder = to.endsWith("/") ? to : `${to}/`;
  const below = path.startsWith(folder) ? path.slice(folder.length) : null;
  return sources.flatMap((source): readonly Source[] => {
    const plain = posix.normalize(source).replaceAll(/^\/+|\/+$/g, "") || ".";
    if (/[*?[]/.test(plain)) {
      if (below === null || !matches(below, posix.basename(plain))) return [];
      return [{ path: posix.join(posix.dirname(plain), below), isNamed: false }];
    }
    if (to === path || below === posix.basename(plain)) return [{ path: plain, isNamed: true }];
    if (folder === `${path}/`)
      return [{ path: plain, isNamed: sources.length === 1 && !isFile(plain) && plain !== "." }];
    if (below === null || isFile(plain)) return [];
    return [{ path: posix.join(plain, below), isNamed: false }];
  });
}

/** Whether a name is one of a pattern's, of which only the star is known; the others fit anything. */
function matches(name: string, pattern: string): boolean {
  if (/[?[\\]/.test(pattern)) return true;
  const parts = pattern.split("*").map((it) => RegExp.escape(it));
  return new RegExp(`^${parts.join("[^/]*")}$`).test(name);
}

/** A name with an ending is a file's, and nothing lies in it. */
function isFile(path: string): boolean {
  return /[^./]\.[A-Za-z]\w*$/.test(path);
}

/** Whether a RUN has a path's name as a word. */
function isRun({ lines: { runs } }: Stage, path: string): boolean {
  const name = posix.basename(path);
  return runs.some((text) =>
    text.split(/[\s"'=;&|()]+/).some((word) => word === name || word.endsWith(`/${name}`)),
  );
}
