import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { InputError, lines, problemsOf, readYaml, unknownKey, words } from "slimproof";
import { exerciseSchema, type Exercise, type ExerciseFile, type Reason } from "./exercise.ts";

/** This checkout's own. */
export const COURSE = resolve(import.meta.dirname, "../../exercises");
const FILE = "exercise.yaml";
const NAME = /^(\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * The exercises of a folder by their numbers. Their solutions lie in `solutions` beside it.
 * @throws InputError with a line for each problem: `FILE:LINE:COLUMN: PATH: MESSAGE`.
 */
export async function loadCourse(folder: string = COURSE): Promise<readonly Exercise[]> {
  const root = resolve(folder);
  const entries = await readdir(root, { withFileTypes: true }).catch((error: Error) => {
    throw new InputError(`${shown(root)}: no folder of exercises: ${error.message}`, {
      cause: error,
    });
  });
  const names = entries.filter((it) => it.isDirectory() && !it.name.startsWith("."));
  const loaded = await Promise.allSettled(
    names
      .map(({ name }) => name)
      .toSorted()
      .map(async (name) => await loadExercise(root, name)),
  );
  const problems = loaded.flatMap((it) => (it.status === "rejected" ? [it.reason as Error] : []));
  const unforeseen = problems.find((it) => !(it instanceof InputError));
  if (unforeseen) throw unforeseen;
  if (problems.length > 0) throw new InputError(problems.map((it) => it.message).join("\n"));
  const course = loaded.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
  if (course.length === 0)
    throw new InputError(
      `${shown(root)}: no exercise; each is a folder named as 01-weigh-an-image`,
    );
  return course;
}

async function loadExercise(root: string, name: string): Promise<Exercise> {
  const folder = join(root, name);
  const number = NAME.exec(name)?.[1];
  if (number === undefined)
    throw new InputError(
      `${shown(folder)}: an exercise's folder is named as 03-go-to-scratch: two digits, then lower-case words`,
    );
  const file = join(folder, FILE);
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new InputError(`${shown(file)}: cannot be read: ${error.message}`, { cause: error });
  });
  const written = parseExercise(text, file);
  for (const path of written.edit) {
    const found = await stat(join(folder, path)).catch(() => null);
    if (!found?.isFile())
      throw new InputError(
        `${shown(file)}: edit: the exercise has no file ${JSON.stringify(path)}`,
      );
  }
  const solution = join(root, "..", "solutions", name);
  return { ...written, name, number: Number(number), folder, solution };
}

/**
 * What a text says of an exercise; `file` is its name in messages. The disk is not looked at.
 * @throws InputError as `loadCourse` does.
 */
export function parseExercise(text: string, file: string): ExerciseFile {
  const yaml = readYaml(text);
  if (yaml.faults.length > 0 || yaml.raw === undefined)
    throw new InputError(lines(file, yaml, []) ?? `${shown(file)}: no YAML`);
  const parsed = exerciseSchema.safeParse(yaml.raw, { error: said });
  const shape = parsed.success ? [] : problemsOf(parsed.error.issues, yaml.raw);
  const rules = parsed.success ? patternProblems(parsed.data) : [];
  const found = lines(file, yaml, [...shape, ...rules]);
  if (found !== null || !parsed.success)
    throw new InputError(found ?? `${shown(file)}: no exercise`);
  return parsed.data;
}

type Said = Parameters<typeof words>[0];

/** Zod's finding in the contract's words; an unknown key with the nearest that there is. */
function said(issue: Said): string {
  if (issue.code !== "unrecognized_keys") return words(issue);
  const { shape = {} } = (issue.inst?._zod.def ?? {}) as { readonly shape?: object };
  return issue.keys.map((key) => unknownKey(key, Object.keys(shape))).join("\n");
}

type Problem = ReturnType<typeof problemsOf>[number];

/** Patterns that no regular expression is. */
function patternProblems({ checks, starter, states }: ExerciseFile): readonly Problem[] {
  const reasons: readonly (readonly [Problem["path"], Reason])[] = [
    [["starter"], starter],
    ...states.map(({ when }, at) => [["states", at, "when"], when] as const),
  ];
  const patterns = [
    ...reasons.flatMap(([path, reason]) =>
      "build" in reason ? [{ path: [...path, "build"], text: reason.build }] : [],
    ),
    ...checks.flatMap((it, at) =>
      it.kind === "cached" ? [{ path: ["checks", at, "step"], text: it.step }] : [],
    ),
  ];
  return patterns.flatMap(({ path, text }): readonly Problem[] => {
    try {
      new RegExp(text);
      return [];
    } catch (error) {
      return [{ path, at: "value", message: (error as Error).message }];
    }
  });
}

function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}
