import { posix } from "node:path";
import { closest } from "./closest.ts";
import { lineText, makes, stageOf, type Copy, type Stage, type Step } from "./recipe.ts";

/** What takes from a stage: a COPY, or a mount of a RUN, of which no line can be written. */
interface Taken {
  readonly line: number;
  readonly from: string;
  readonly copy: Copy | null;
}

/** What to write for a COPY or a mount from a name that no stage above has; null when the engine complains of something else. */
export function unknownStage(stages: readonly Stage[], said: string): string | null {
  if (!/no stage is called|pull|resolve|registry|no such host|not found/.test(said)) return null;
  for (const { index, copies, runs } of stages) {
    const above = stages.slice(0, index);
    for (const taken of [...copies.flatMap(takenBy), ...runs.flatMap(mounted)]) {
      const { from } = taken;
      // A tag or a registry is of an image; so is what the engine did not complain of.
      if (!/^[\w-]*[A-Za-z][\w-]*$/.test(from) || stageOf(above, from)) continue;
      if (from === "scratch" || !new RegExp(`(?<![\\w-])${from}(?![\\w-])`, "i").test(said))
        continue;
      const isTold = said.includes("no stage is called");
      const image = " (docker takes an unknown name for an image, and found none.)";
      return `${notCalled(stages, above, taken)}${isTold ? "" : image}`;
    }
  }
  return null;
}

function takenBy(copy: Copy): readonly Taken[] {
  return copy.from === null ? [] : [{ line: copy.line, from: copy.from, copy }];
}

function mounted({ line, from }: Step): readonly Taken[] {
  return from.map((it) => ({ line, from: it, copy: null }));
}

/** Which names there are above that line, and the line to write: that the name is wrong, the engine says itself. */
function notCalled(
  stages: readonly Stage[],
  above: readonly Stage[],
  { line, from, copy }: Taken,
): string {
  if (stageOf(stages, from))
    return `The stage ${from} does not stand above line ${line}, and a stage copies only from those above it: put it there.`;
  const source = copy?.sources[0];
  const wanted = source === undefined ? "what it takes" : source;
  const maker = source && above.findLast((it) => makes(it, posix.resolve("/", source)));
  const named = above.flatMap((it) => it.name ?? []);
  const [first, ...others] = named;
  if (first === undefined) {
    const unnamed = maker || above.at(-1);
    return unnamed
      ? `Line ${line} copies from ${from}, and no stage above it has a name. Give it that one: \`FROM ${unnamed.from} AS ${from}\`.`
      : `Line ${line} copies from ${from}, and no stage stands above it. Begin with the one that makes ${wanted}: \`FROM … AS ${from}\`.`;
  }
  const write = (name: string): string =>
    copy ? `Write ${lineText(copy, { from: name })}.` : `Write \`from=${name}\` in its --mount.`;
  if (others.length === 0)
    return `Line ${line}: the only name of a stage above it is ${first}. ${write(first)}`;
  const theirs = `Line ${line}: the stages above it are ${named.slice(0, -1).join(", ")} and ${named.at(-1)}`;
  const near = closest(from, named);
  if (near !== undefined) return `${theirs}, and ${near} is the nearest to ${from}. ${write(near)}`;
  if (maker && maker.name !== null)
    return `${theirs}, and ${maker.name} makes ${wanted}. ${write(maker.name)}`;
  return `${theirs}. Write behind ${copy ? "--from=" : "from="} the one that makes ${wanted}.`;
}
