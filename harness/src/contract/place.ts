/** From what is wrong to the line that says where: FILE:LINE:COLUMN: PATH: MESSAGE. */
import { relative } from "node:path";
import type { z } from "zod";
import type { Path, Problem, Yaml } from "./document.ts";
import { expectedTypes } from "./words.ts";

/** More lines than this help nobody. */
const MOST_LINES = 100;

/** Zod's issues as problems: unions resolved to the branch that was meant, one problem for each unknown key. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  raw: unknown,
  above: Path = [],
): readonly Problem[] {
  return issues.flatMap((issue): readonly Problem[] => {
    const path = [...above, ...(issue.path as Path)];
    if (issue.code === "unrecognized_keys") {
      const lines = issue.message.split("\n");
      return issue.keys.map((key, index) => ({
        path: [...path, key],
        at: "key",
        message: lines[index] ?? "",
      }));
    }
    if (issue.code === "invalid_key") return [{ path, at: "key", message: issue.message }];
    if (valueAt(raw, path) === undefined) {
      return [{ path: path.slice(0, -1), at: "value", message: issue.message }];
    }
    if (issue.code === "invalid_union") {
      // The branches differ in type (a text, a list, a map): the one that has nothing against the value's own was meant.
      const meant = issue.errors.filter((errors) => expectedTypes(errors).length === 0);
      const [branch] = meant;
      if (branch !== undefined && meant.length === 1) return problemsOf(branch, raw, path);
    }
    return [{ path, at: "value", message: issue.message }];
  });
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, segment) => (value as Record<string | number, unknown> | undefined)?.[segment],
    raw,
  );
}

/** All problems of a file, one line each, in the file's order; null when there are none. */
export function lines(file: string, yaml: Yaml, problems: readonly Problem[]): string | null {
  const found = [
    ...yaml.faults,
    ...problems.map((problem) => ({
      offset: yaml.offset(problem),
      // An unknown key is named by the message: the path leads to the map it was found in.
      path: problem.at === "key" ? problem.path.slice(0, -1) : problem.path,
      message: problem.message,
    })),
  ].toSorted((one, other) => one.offset - other.offset);
  const name = relative(process.cwd(), file);
  const all = new Set(
    found.map(({ offset, path, message }) => {
      const { line, column } = yaml.position(offset);
      return `${name}:${line}:${column}: ${path.length > 0 ? `${pathText(path)}: ` : ""}${message}`;
    }),
  );
  if (all.size === 0) return null;
  const rest = all.size - MOST_LINES;
  const shown = [...all].slice(0, MOST_LINES);
  return [...shown, ...(rest > 0 ? [`${name}: and ${rest} more problems`] : [])].join("\n");
}

/** `probes[1].terminal[0]`; a key that is no simple word is quoted. */
function pathText(path: Path): string {
  return path
    .map((segment, index) => {
      if (typeof segment === "number") return `[${segment}]`;
      if (!/^[\w-]+$/.test(segment)) return `[${JSON.stringify(segment)}]`;
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}
