/**
 * parity.yaml → the model's Contract. Here lives all that knows how a contract is written;
 * nothing here knows how it is carried out.
 */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Contract } from "../model/contract.ts";
import { InputError } from "../model/error.ts";
import { toContract } from "./convert.ts";
import { type Problem, readYaml, type Yaml } from "./document.ts";
import { contractOfFolder } from "./infer.ts";
import { lines, problemsOf } from "./place.ts";
import { isMap, mapOf, valueProblem } from "./raw.ts";
import { ruleProblems } from "./rules.ts";
import { contract, contractJsonSchema, type Written } from "./schema.ts";
import { diskProblems, type FileUse, fileUses, sourceProblems } from "./sources.ts";
import { got, words } from "./words.ts";

export { contractJsonSchema };

/** Bytes; a contract is written by hand. */
const LARGEST = 1_000_000;
const NAMES = ["parity.yaml", "parity.yml"];

export interface Where {
  /** Absolute path of the contract's file. */
  readonly file: string;
  /** Absolute path of the folder that its paths start at. */
  readonly folder: string;
}

/**
 * Loads the contract of a folder (its parity.yaml or parity.yml) or a contract's file. A folder that has neither, but
 * Dockerfile.single and Dockerfile.multi, has the contract that those two are a pair.
 * @throws InputError with one line for each problem: `FILE:LINE:COLUMN: PATH: MESSAGE`, FILE as seen from the current
 * folder. Looks for the files that it names, starts nothing.
 */
export async function loadContract(path: string): Promise<Contract> {
  const file = await contractFile(resolve(path));
  if (file === null) return contractOfFolder(path);
  const where = { file, folder: dirname(file) };
  const read = inspect(await readText(file), where);
  return finish(read, where, await diskProblems(read.uses, where.folder));
}

/**
 * The contract that a text holds, without a look at the disk: whether the files it names exist is not checked.
 * @throws InputError as `loadContract` does.
 */
export function parseContract(text: string, where: Where): Contract {
  return finish(inspect(text, where), where, []);
}

interface Inspection {
  readonly yaml: Yaml;
  readonly problems: readonly Problem[];
  readonly uses: readonly FileUse[];
  /** null when it has not the contract's shape. */
  readonly written: Written | null;
}

function inspect(text: string, { folder }: Where): Inspection {
  const yaml = readYaml(text);
  const { raw } = yaml;
  if (raw === undefined) return { yaml, problems: [], uses: [], written: null };
  if (!isMap(raw)) {
    const what = raw === null ? "the file is empty" : `expected a map, got ${got(raw)}`;
    const problem = valueProblem([], `${what}; a contract starts with version: 1`);
    return { yaml, problems: [problem], uses: [], written: null };
  }
  const shape = contract.safeParse(raw, { error: words });
  const files = fileUses(mapOf(raw), folder);
  const problems = [
    ...(shape.success ? [] : problemsOf(shape.error.issues, raw)),
    ...sourceProblems(mapOf(raw)),
    ...ruleProblems(mapOf(raw)),
    ...files.problems,
  ];
  return { yaml, problems, uses: files.uses, written: shape.data ?? null };
}

function finish(
  { yaml, problems, written }: Inspection,
  where: Where,
  more: readonly Problem[],
): Contract {
  const found = lines(where.file, yaml, [...problems, ...more]);
  if (found !== null || written === null)
    throw new InputError(found ?? `${where.file}: no contract`);
  return toContract(written, where.file, where.folder);
}

/** Null for a folder without one. */
async function contractFile(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  const name = relative(process.cwd(), path) || ".";
  if (found === null) throw new InputError(`${name}: there is no such file or folder`);
  if (!found.isDirectory()) return path;
  const files = NAMES.map((file) => join(path, file));
  const there = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  const [first, second] = files.filter((_, index) => there[index] !== null);
  if (first === undefined) return null;
  if (second !== undefined) throw new InputError(`${name}: both ${NAMES.join(" and ")}; keep one`);
  return first;
}

async function readText(file: string): Promise<string> {
  const name = relative(process.cwd(), file);
  const found = await stat(file);
  // A pipe or a device may never end.
  if (!found.isFile()) {
    throw new InputError(`${name}: a contract is a regular file`);
  }
  if (found.size > LARGEST) {
    throw new InputError(`${name}: a contract has at most 1 MB, this file has ${found.size} bytes`);
  }
  const bytes = await readFile(file).catch((error: Error) => {
    throw new InputError(`${name}: cannot be read: ${error.message}`, { cause: error });
  });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError(`${name}: not UTF-8 text`, { cause: error });
  }
}
