/**
 * What a look at a Dockerfile tells that a failed build or a difference does not: the stage that was meant, the line to
 * write. Nothing here builds anything.
 * This file: a Dockerfile as far as advice reads it. What a stage makes is a guess from the words of its steps.
 */
import { posix } from "node:path";
import {
  DockerfileParser,
  type Copy as CopyInstruction,
  type From,
  type Instruction,
} from "dockerfile-ast";
import { flagsOf, takenFrom, wordsOf } from "slimproof";

export interface Copy {
  readonly keyword: string;
  /** Counted from 1. */
  readonly line: number;
  /** As written, without --from. */
  readonly flags: readonly string[];
  /** The value of --from, null when it copies from the folder. */
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly to: string;
  /** `to`, seen from the WORKDIR. */
  readonly target: string;
}

export interface Step {
  readonly line: number;
  /** What it runs, on one line. */
  readonly text: string;
  readonly workdir: string;
  /** What its mounts take from. */
  readonly from: readonly string[];
  /** What lies between blanks, quotes and operators of a RUN. */
  readonly words: readonly string[];
}

/** A CMD or ENTRYPOINT. */
export interface Command {
  readonly keyword: string;
  readonly line: number;
  /** As written. */
  readonly text: string;
  /** Its words, in exec form; null in shell form. */
  readonly words: readonly string[] | null;
}

export interface Stage {
  /** Its AS name, null without one. */
  readonly name: string | null;
  readonly index: number;
  readonly from: string;
  readonly workdirs: readonly string[];
  readonly copies: readonly Copy[];
  readonly runs: readonly Step[];
  readonly commands: readonly Command[];
}

type Filled = { -readonly [K in keyof Stage]: Stage[K] } & {
  workdirs: string[];
  copies: Copy[];
  runs: Step[];
  commands: Command[];
};

/** The stages of a Dockerfile; what has variables in it is read as it is written. */
export function readStages(text: string): readonly Stage[] {
  const stages: Filled[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const stage = stages.at(-1);
    if (keyword === "FROM") stages.push(begun(instruction as From, stages));
    else if (!stage) continue;
    else if (keyword === "WORKDIR")
      stage.workdirs.push(
        posix.resolve(workdirOf(stage), instruction.getArgumentsContent() ?? "/"),
      );
    else if (keyword === "COPY" || keyword === "ADD") {
      const copy = copyOf(instruction, workdirOf(stage));
      if (copy) stage.copies.push(copy);
    } else if (keyword === "RUN") stage.runs.push(stepOf(instruction, workdirOf(stage)));
    else if (keyword === "CMD" || keyword === "ENTRYPOINT")
      stage.commands.push(commandOf(instruction));
  }
  return stages;
}

function begun(from: From, above: readonly Stage[]): Filled {
  const image = from.getImage() ?? "";
  const base = stageOf(above, image);
  const workdirs = base ? [workdirOf(base)] : [];
  const name = from.getBuildStage();
  return { name, index: above.length, from: image, workdirs, copies: [], runs: [], commands: [] };
}

/** The stage of that name or number. */
export function stageOf(stages: readonly Stage[], name: string): Stage | undefined {
  return stages.findLast(
    (it) => it.name?.toLowerCase() === name.toLowerCase() || String(it.index) === name,
  );
}

/** `builder`, or `the 2nd stage (no name)`. */
export function calledOf({ name, index }: Stage): string {
  if (name !== null) return `the stage ${name}`;
  const number = index + 1;
  return `the ${number}${["st", "nd", "rd"][number - 1] ?? "th"} stage (no name)`;
}

/** What comes behind `--from=`, with how a stage gets a name where it has none. */
export function namedOf({ name, from }: Stage): { readonly name: string; readonly also: string } {
  if (name !== null) return { name, also: "" };
  return { name: "builder", also: ` Give it that name: \`FROM ${from} AS builder\`.` };
}

export function workdirOf({ workdirs }: Pick<Stage, "workdirs">): string {
  return workdirs.at(-1) ?? "/";
}

/** The path that a stage seems to make: a RUN or a COPY names it or a folder above it, or it is a WORKDIR. */
export function makes({ workdirs, copies, runs }: Stage, path: string): boolean {
  const folders = new Set(["/", ...workdirs]);
  const isIt = (made: string): boolean =>
    !folders.has(made) && (path === made || path.startsWith(`${made}/`));
  return (
    runs.some(({ words, workdir }) => words.some((it) => isIt(posix.resolve(workdir, it)))) ||
    copies.some(({ target, sources }) =>
      [target, ...sources.map((it) => posix.join(target, posix.basename(it)))].some(isIt),
    ) ||
    workdirs.includes(path)
  );
}

function copyOf(instruction: Instruction, workdir: string): Copy | null {
  const flags = flagsOf(instruction);
  const words = wordsOf(instruction as CopyInstruction);
  const to = words.at(-1);
  if (to === undefined || words.length < 2) return null;
  return {
    keyword: instruction.getKeyword(),
    line: lineOf(instruction),
    flags: flags.filter((it) => it.getName() !== "from").map(String),
    from: takenFrom(instruction)[0] ?? null,
    sources: words.slice(0, -1),
    to,
    target: posix.resolve(workdir, to),
  };
}

function stepOf(instruction: Instruction, workdir: string): Step {
  const text = (instruction.getRawArgumentsContent() ?? "").replaceAll(/\s*\\\r?\n\s*/g, " ");
  const words = text.split(/[\s;&|()<>"'`,=]+/).filter((it) => it !== "");
  return { line: lineOf(instruction), text, workdir, from: takenFrom(instruction), words };
}

function commandOf(instruction: Instruction): Command {
  const text = (instruction.getRawArgumentsContent() ?? "").trim();
  return {
    keyword: instruction.getKeyword(),
    line: lineOf(instruction),
    text,
    words: listOf(text),
  };
}

/** The words of a list as docker reads it; null for what is none. */
export function listOf(text: string): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : null;
  } catch {
    return null;
  }
}

/** A COPY as a line of a Dockerfile, changed in these. */
export function lineText(copy: Copy, change: Partial<Copy> = {}): string {
  const { keyword, from, flags, sources, to } = { ...copy, ...change };
  const all = [...(from === null ? [] : [`--from=${from}`]), ...flags, ...sources, to];
  return `\`${keyword} ${all.join(" ")}\``;
}

function lineOf(instruction: Instruction): number {
  return instruction.getRange().start.line + 1;
}
