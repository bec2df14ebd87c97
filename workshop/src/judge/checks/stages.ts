import { DockerfileParser, type Flag } from "dockerfile-ast";
import { readDockerfile } from "slimproof";

/** Whether a Dockerfile names these stages, in whatever order, and copies from them by name; names of stages have no case. */
export function hasStages(names: readonly string[], text: string): string | null {
  const there = readDockerfile(text, {}).stages.map(({ name }) => name);
  return whyNotNamed(names, there) ?? whyByNumber(names, there, text);
}

function whyNotNamed(names: readonly string[], there: readonly string[]): string | null {
  const missing = names.filter((name) => !has(there, name));
  if (missing.length === 0) return null;
  const named = there.filter((it) => !/^\d+$/.test(it));
  if (named.length === 0) {
    const none =
      there.length === 1
        ? "the only stage has no name"
        : `none of ${there.length} stages has a name`;
    return `${none}; wanted: ${missing.join(", ")}`;
  }
  const which = missing.length === 1 ? "no stage is" : "no stages are";
  const is = named.length === 1 ? "is" : "are";
  return `${which} named ${missing.join(", ")}; there ${is} ${named.join(", ")}`;
}

/** A number is a place in the file, which the next stage above it moves. */
function whyByNumber(
  names: readonly string[],
  there: readonly string[],
  text: string,
): string | null {
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (!["COPY", "RUN"].includes(instruction.getKeyword())) continue;
    for (const flag of (instruction as unknown as { getFlags(): readonly Flag[] }).getFlags()) {
      const [, option = "", number = ""] =
        /^--(from=|mount=.*\bfrom=)(\d+)\b/.exec(`${flag}`) ?? [];
      const name = there[Number(number)];
      if (number === "" || name === undefined || !has(names, name)) continue;
      const written = option === "from=" ? "--from=" : "from=";
      const line = instruction.getRange().start.line + 1;
      return `line ${line} copies by number, \`${written}${number}\`; write \`${written}${name}\``;
    }
  }
  return null;
}

function has(names: readonly string[], name: string): boolean {
  return names.some((it) => it.toLowerCase() === name.toLowerCase());
}
