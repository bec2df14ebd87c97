/** Lines that docker cannot make anything of, though it is plain what was meant. */
import { posix } from "node:path";
import { calledOf, lineText, makes, namedOf, type Stage } from "./recipe.ts";

/** What to write instead of a mistyped FROM or COPY; null when the engine complains of something else. */
export function mistyped(text: string, stages: readonly Stage[], said: string): string | null {
  return badLine(text, said) ?? oneDash(stages) ?? fromItself(stages, said);
}

function badLine(text: string, said: string): string | null {
  const [, number = "", what = ""] = /parse error on line (\d+): (.*)/.exec(said) ?? [];
  const line = text.split(/\r?\n/)[Number(number) - 1]?.trim();
  if (line === undefined) return null;
  if (what.startsWith("missing a value on flag: from"))
    return `Line ${number}: there is no blank in \`--from=NAME\`. Write \`${line.replace(/--from[\s=]+/, "--from=")}\`.`;
  if (!what.startsWith("FROM requires")) return null;
  if (/\s#/.test(line))
    return `Line ${number}: a comment has a line of its own: behind an instruction, # is a word like any other.`;
  const [, ...words] = line.split(/\s+/).filter((it) => it.toUpperCase() !== "AS");
  const name = words.findIndex((it) => !it.startsWith("--")) + 1;
  const [before, behind] = [words.slice(0, name).join(" "), words.slice(name).join("-")];
  const write = behind === "" ? "" : ` Write \`FROM ${before} AS ${behind}\`.`;
  return `Line ${number}: FROM takes an image and, behind AS, a name of one word.${write}`;
}

/** For docker a flag with one dash is a path. */
function oneDash(stages: readonly Stage[]): string | null {
  for (const copy of stages.flatMap((it) => it.copies)) {
    const flag = copy.sources.find((it) => /^-from=./.test(it));
    if (flag === undefined) continue;
    const sources = copy.sources.filter((it) => it !== flag);
    const from = flag.slice("-from=".length);
    return `Line ${copy.line}: --from has two dashes. Write ${lineText(copy, { from, sources })}.`;
  }
  return null;
}

function fromItself(stages: readonly Stage[], said: string): string | null {
  const [, name = ""] = /circular dependency detected on stage: (\S+)/.exec(said) ?? [];
  const stage = stages.find((it) => it.name?.toLowerCase() === name.toLowerCase());
  const copy = stage?.copies.find((it) => it.from?.toLowerCase() === name.toLowerCase());
  if (!stage || !copy) return null;
  const [source = ""] = copy.sources;
  const lacks = `Line ${copy.line}: a stage cannot copy from itself.`;
  const path = posix.resolve("/", source);
  const maker = stages.slice(0, stage.index).findLast((it) => makes(it, path));
  if (!maker) return `${lacks} Copy from the stage above that makes ${source}.`;
  const meant = namedOf(maker);
  return `${lacks} ${source} is made in ${calledOf(maker)}: ${lineText(copy, { from: meant.name })}.${meant.also}`;
}
