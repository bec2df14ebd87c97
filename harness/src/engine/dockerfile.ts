import { DockerfileParser, type From, type Instruction } from "dockerfile-ast";
import {
  globalArgs,
  HERE,
  platformsOf,
  propertiesOf,
  valuesOf,
  type Platforms,
} from "./build-args.ts";
import { expand } from "./expand.ts";
import { flagsOf, NO_LINES, withLine, type FileLines } from "./file-lines.ts";

export interface Stage {
  /** Its `AS` name, else its number as text. */
  readonly name: string;
  /** What it is built on: another stage's name, an image, or `scratch`. */
  readonly from: string;
  /** Names that its ENV instructions set. */
  readonly env: readonly string[];
  /** Of its own, not of the stage that it is built on. */
  readonly lines: FileLines;
}

export interface DockerfileFacts {
  readonly stages: readonly Stage[];
  /** Every image of a FROM, a COPY --from or a RUN --mount=from that is neither a stage nor scratch, in order of appearance. */
  readonly bases: readonly string[];
  /** Those of them that no FROM names. */
  readonly copied: readonly string[];
  /** The `# syntax=` line's image: BuildKit pulls it before anything else. */
  readonly syntax: string | null;
}

/**
 * Reads what is needed of a Dockerfile; never throws, for BuildKit is the judge of its syntax. The platforms are those of
 * an engine on this machine where none are named.
 */
export function readDockerfile(
  text: string,
  args: Readonly<Record<string, string>>,
  platforms: Platforms = platformsOf(HERE, null),
): DockerfileFacts {
  const file = DockerfileParser.parse(text);
  const values = globalArgs(file, args, platforms);
  const stages: { name: string; from: string; env: string[]; lines: FileLines }[] = [];
  const bases = new Set<string>();
  const built = new Set<string>();
  let local: ReadonlyMap<string, string> = values; // what the lines of a stage have, too
  const known = (name: string): boolean =>
    name === "scratch" || stages.some((stage) => stage.name.toLowerCase() === name.toLowerCase());
  for (const instruction of file.getInstructions()) {
    const keyword = instruction.getKeyword();
    const stage = stages.at(-1);
    if (keyword === "FROM") local = values;
    else if (keyword === "ARG" || keyword === "ENV")
      local = valuesOf([instruction], local, keyword === "ARG" ? args : {});
    else if (stage) stage.lines = withLine(stage.lines, instruction, local);
    if (keyword === "FROM") {
      const from = expand((instruction as From).getImage() ?? "", values);
      if (from && !known(from)) bases.add(from);
      built.add(from);
      const name = (instruction as From).getBuildStage() ?? String(stages.length);
      const above = stages.findLast((it) => it.name.toLowerCase() === from.toLowerCase());
      const workdir = above?.lines.workdir ?? NO_LINES.workdir;
      stages.push({ name, from, env: [], lines: { ...NO_LINES, workdir } });
    } else if (keyword === "ENV" && stage) {
      for (const property of propertiesOf(instruction)) stage.env.push(property.getName());
    } else if (keyword === "COPY" || keyword === "RUN") {
      for (const from of takenFrom(instruction).map((it) => expand(it, values)))
        if (from && !known(from) && !/^\d+$/.test(from)) bases.add(from);
    }
  }
  const syntax = file.getDirectives().find((it) => it.getName().toLowerCase() === "syntax");
  const copied = [...bases].filter((it) => !built.has(it));
  return { stages, bases: [...bases], copied, syntax: syntax?.getValue() ?? null };
}

/** Images or stages that a COPY takes from, or a RUN mounts, as written. */
export function takenFrom(instruction: Instruction): readonly string[] {
  return flagsOf(instruction).flatMap((flag) => {
    const value = flag.getValue() ?? "";
    if (flag.getName() === "from") return [value];
    if (flag.getName() !== "mount") return [];
    return value.split(",").flatMap((part) => (part.startsWith("from=") ? [part.slice(5)] : []));
  });
}

/** The ENV names that a Dockerfile's own stages give to the image of `target` (the last stage when null). */
export function ownEnv(facts: DockerfileFacts, target: string | null): readonly string[] {
  const names = new Set<string>();
  let stage = target === null ? facts.stages.at(-1) : find(facts, target, facts.stages.length);
  while (stage) {
    for (const name of stage.env) names.add(name);
    stage = find(facts, stage.from, facts.stages.indexOf(stage));
  }
  return [...names].sort();
}

/** The stage of that name or number before position `before`; stages on themselves cannot loop. */
function find(facts: DockerfileFacts, name: string, before: number): Stage | undefined {
  return facts.stages
    .slice(0, before)
    .findLast(
      (it, index) => it.name.toLowerCase() === name.toLowerCase() || String(index) === name,
    );
}
