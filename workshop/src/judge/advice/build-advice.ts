import { posix } from "node:path";
import { misread } from "./instruction.ts";
import { mistyped } from "./mistyped.ts";
import {
  calledOf,
  lineText,
  makes,
  namedOf,
  readStages,
  stageOf,
  workdirOf,
  type Copy,
  type Stage,
} from "./recipe.ts";
import { unknownStage } from "./unknown-stage.ts";

interface Build {
  /** The Dockerfile. */
  readonly text: string;
  /** All that the engine said of the build that failed. */
  readonly said: string;
  /** Whether the build's folder has such a file or folder. */
  readonly isThere: (path: string) => boolean;
}

/** What to mend of a Dockerfile that does not build, with the line to write; null when the look at it tells nothing. */
export function buildAdvice({ text, said, isThere }: Build): string | null {
  const unknown = misread(text, said);
  if (unknown !== null) return unknown;
  const stages = readStages(text);
  const wrong = mistyped(text, stages, said) ?? unknownStage(stages, said);
  if (wrong !== null) return wrong;
  const found = missed(stages, said);
  if (!found) return null;
  if (found.copy.from !== null) return elsewhere(stages, found);
  return isThere(found.source) ? null : forgotten(stages, found);
}

interface Missed {
  readonly stage: Stage;
  readonly copy: Copy;
  readonly source: string;
}

/** The COPY whose source the engine did not find. */
function missed(stages: readonly Stage[], said: string): Missed | null {
  const lost = [
    ...said.matchAll(/"([^"\s]+)": not found/g),
    ...said.matchAll(/buildkit-mount\d+(\/[^:\s]+)/g),
    ...said.matchAll(/\((\/[^:\s]+): no such file or directory\)/g),
  ].map((it) => posix.resolve("/", it[1] ?? ""));
  const all = stages.flatMap((stage) =>
    stage.copies.flatMap((copy) => copy.sources.map((source) => ({ stage, copy, source }))),
  );
  const fits = all.filter(({ source }) =>
    lost.some((it) => `${posix.resolve("/", source)}/`.startsWith(`${it}/`)),
  );
  const isNamed = ({ copy }: Missed): boolean => said.includes(lineText(copy).slice(1, -1));
  return fits.find(isNamed) ?? fits[0] ?? null;
}

/** A path that the stage it is copied from lacks, and another has. */
function elsewhere(stages: readonly Stage[], { stage, copy, source }: Missed): string | null {
  const above = stages.slice(0, stage.index);
  const from = stageOf(above, copy.from ?? "");
  if (!from) return null;
  const path = posix.resolve("/", source);
  if (makes(from, path)) return null; // it is made, and in no layer: a guess would mislead
  const lacks = `Line ${copy.line}: there is no ${source} in ${calledOf(from)}`;
  const here = posix.resolve(workdirOf(from), source);
  if (!source.startsWith("/") && makes(from, here))
    return `${lacks}'s root, where paths of --from begin. Write ${rewritten(copy, from.name ?? String(from.index), source, here)}.`;
  const maker = above.findLast((it) => it !== from && makes(it, path));
  const near = posix.join(workdirOf(from), posix.basename(source));
  if (!maker && makes(from, near))
    return `${lacks}, which works in ${workdirOf(from)} and makes ${near}. Write ${rewritten(copy, from.name ?? String(from.index), source, near)}.`;
  if (!maker) return null;
  // Which name is wanted, where several stages have none, is for the exercise to say.
  const write =
    maker.name === null
      ? "Give that one a name with AS, and copy by the name"
      : `Write ${rewritten(copy, maker.name, source, source)}`;
  return `${lacks}; ${calledOf(maker)} makes it. ${write}.`;
}

/** A COPY from the folder of what only a stage above has. */
function forgotten(stages: readonly Stage[], { stage, copy, source }: Missed): string | null {
  for (const maker of stages.slice(0, stage.index).toReversed()) {
    const paths = [posix.resolve(workdirOf(maker), source), posix.resolve("/", source)];
    const path = paths.find((it) => makes(maker, it));
    if (path === undefined) continue;
    const { name, also } = namedOf(maker);
    return `Line ${copy.line}: without --from, ${copy.keyword} looks in your own folder, and ${source} is not there. It is in ${calledOf(maker)}: ${rewritten(copy, name, source, path)}.${also}`;
  }
  return null;
}

function rewritten(copy: Copy, from: string, source: string, path: string): string {
  return lineText(copy, {
    keyword: "COPY",
    from,
    sources:
      copy.sources.length === 1 ? [path] : copy.sources.map((it) => (it === source ? path : it)),
  });
}
