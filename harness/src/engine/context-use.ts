import {
  DockerfileParser,
  type Copy,
  type From,
  type Instruction,
  type JSONInstruction,
} from "dockerfile-ast";
import { globalArgs, valuesOf, type Platforms } from "./build-args.ts";
import { expand } from "./expand.ts";
import { flagsOf, sourcesOf, wordsOf } from "./file-lines.ts";

/** What a Dockerfile takes from its build context, and what its image starts. */
export interface ContextUse {
  /** Sources of COPY and ADD, and of RUN --mount=type=bind, in stages that the image needs: paths or patterns. */
  readonly paths: readonly string[];
  /** The words of the last CMD and ENTRYPOINT. */
  readonly command: readonly string[];
}

interface Part {
  readonly names: readonly string[];
  /** Stages and images that it is built on or takes from. */
  readonly needs: string[];
  readonly paths: string[];
  readonly command: Map<string, readonly string[]>;
}

/** Reads what of a Dockerfile's context goes into the image of `target` (the last stage when null); never throws. */
export function readContextUse(
  text: string,
  args: Readonly<Record<string, string>>,
  target: string | null,
  platforms: Platforms,
): ContextUse {
  const file = DockerfileParser.parse(text);
  const parts: Part[] = [];
  const global = globalArgs(file, args, platforms);
  let values = new Map(global);
  for (const instruction of file.getInstructions()) {
    const keyword = instruction.getKeyword();
    const part = parts.at(-1);
    if (keyword === "FROM") {
      values = new Map(global);
      parts.push(partOf(instruction as From, parts.length, global));
    } else if (keyword === "ARG" || keyword === "ENV")
      values = valuesOf([instruction], values, keyword === "ARG" ? args : {});
    else if (part) readInto(part, instruction, values);
  }
  const needed = chain(parts, target);
  const command = new Map(needed.toReversed().flatMap((it) => [...it.command]));
  return {
    paths: [...new Set(reachable(parts, needed[0]).flatMap((it) => it.paths))],
    command: [...command.values()].flat(),
  };
}

function partOf(from: From, at: number, values: ReadonlyMap<string, string>): Part {
  const name = from.getBuildStage()?.toLowerCase();
  return {
    names: [String(at), ...(name === undefined ? [] : [name])],
    needs: [expand(from.getImage() ?? "", values).toLowerCase()],
    paths: [],
    command: new Map(),
  };
}

function readInto(part: Part, instruction: Instruction, values: ReadonlyMap<string, string>): void {
  const keyword = instruction.getKeyword();
  if (keyword === "CMD" || keyword === "ENTRYPOINT") {
    part.command.set(keyword, wordsOf(instruction as JSONInstruction));
    return;
  }
  const flags = flagsOf(instruction);
  if (keyword === "COPY" || keyword === "ADD") {
    const from = flags.find((it) => it.getName() === "from")?.getValue();
    if (from) part.needs.push(expand(from, values).toLowerCase());
    else part.paths.push(...sourcesOf(instruction as Copy).map((it) => expand(it, values)));
  } else if (keyword === "RUN")
    for (const flag of flags.filter((it) => it.getName() === "mount")) {
      const mount = new Map(
        (flag.getValue() ?? "").split(",").map((it) => {
          const [name = "", value = ""] = it.split(/=(.*)/s);
          return [name, expand(value, values)] as const;
        }),
      );
      const from = mount.get("from");
      if (from) part.needs.push(from.toLowerCase());
      else if ((mount.get("type") ?? "bind") === "bind")
        part.paths.push(mount.get("source") ?? mount.get("src") ?? ".");
    }
}

/** The stage of the image and those that it is built on, the nearest first. */
function chain(parts: readonly Part[], target: string | null): readonly Part[] {
  const found: Part[] = [];
  let part = target === null ? parts.at(-1) : named(parts, target);
  while (part && !found.includes(part)) {
    found.push(part);
    part = named(parts.slice(0, parts.indexOf(part)), part.needs[0] ?? "");
  }
  return found;
}

function reachable(parts: readonly Part[], first: Part | undefined): readonly Part[] {
  const found = new Set<Part>();
  const visit = (part: Part | undefined): void => {
    if (!part || found.has(part)) return;
    found.add(part);
    for (const name of part.needs) visit(named(parts.slice(0, parts.indexOf(part)), name));
  };
  visit(first);
  return parts.filter((it) => found.has(it));
}

function named(parts: readonly Part[], name: string): Part | undefined {
  return parts.findLast((it) => it.names.includes(name.toLowerCase()));
}
