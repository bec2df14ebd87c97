/** Which lines of a Dockerfile put files into a stage, read as far as a line tells. */
import { posix } from "node:path";
import type { Copy, Flag, Instruction, JSONInstruction } from "dockerfile-ast";
import { expand } from "./expand.ts";

/** A COPY or ADD; paths that a stage takes from the build context or from elsewhere. */
export interface CopyLine {
  /** Name of a stage or an image, null for the build context. */
  readonly from: string | null;
  /** Paths or patterns, as written. */
  readonly sources: readonly string[];
  /** Absolute, with a slash at its end where the line says that it is a folder. */
  readonly to: string;
}

/** What the lines of a stage tell of its files. */
export interface FileLines {
  readonly copies: readonly CopyLine[];
  /** What each RUN says. */
  readonly runs: readonly string[];
  /** Where the last line stands; the base's own is taken for `/`. */
  readonly workdir: string;
}

export const NO_LINES: FileLines = { copies: [], runs: [], workdir: "/" };

/** With one more line of the stage. */
export function withLine(
  lines: FileLines,
  instruction: Instruction,
  values: ReadonlyMap<string, string>,
): FileLines {
  const keyword = instruction.getKeyword();
  const text = instruction.getArgumentsContent() ?? "";
  if (keyword === "WORKDIR")
    return { ...lines, workdir: posix.resolve(lines.workdir, expand(text, values)) };
  if (keyword === "RUN") return { ...lines, runs: [...lines.runs, text] };
  if (keyword !== "COPY" && keyword !== "ADD") return lines;
  const to = expand(wordsOf(instruction as Copy).at(-1) ?? "", values);
  const from = flagsOf(instruction)
    .find((it) => it.getName() === "from")
    ?.getValue();
  const sources = sourcesOf(instruction as Copy).map((it) => expand(it, values));
  const isFolder = /(?:^|\/)\.{0,2}$/.test(to) || sources.length > 1;
  const path = posix.resolve(lines.workdir, to);
  const copy = {
    from: from ? expand(from, values) : null,
    sources,
    to: isFolder && path !== "/" ? `${path}/` : path,
  };
  return { ...lines, copies: [...lines.copies, copy] };
}

/** All arguments but the last, which is where they go; neither here-documents nor what ADD fetches from elsewhere. */
export function sourcesOf(copy: Copy): readonly string[] {
  return wordsOf(copy)
    .slice(0, -1)
    .filter((it) => !/^(?:<<|[a-z][a-z+]*:\/\/|git@)/.test(it));
}

/** The words of an instruction, without its flags and what its here-documents say, of either form. */
export function wordsOf(instruction: JSONInstruction): readonly string[] {
  const list = jsonList(instruction.getArgumentsContent() ?? "");
  if (list) return list;
  const all = instruction.getArguments();
  const document = all.find((it) => it.getValue().startsWith("<<"));
  const last = document?.getRange().start.line ?? Infinity;
  return all.filter((it) => it.getRange().start.line <= last).map((it) => it.getValue());
}

/** The exec form's list; null when it is none, which makes it a shell form. The parser's own drops blanks. */
function jsonList(content: string): readonly string[] | null {
  try {
    const list: unknown = JSON.parse(content.replace(/^(?:--\S+\s+)*/, ""));
    return Array.isArray(list) ? list.map(String) : null;
  } catch {
    return null;
  }
}

/** The flags of an instruction that may have some. */
export function flagsOf(instruction: Instruction): readonly Flag[] {
  const { getFlags } = instruction as unknown as { getFlags?: () => readonly Flag[] };
  return getFlags?.call(instruction) ?? [];
}
