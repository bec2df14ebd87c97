import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildError, InputError, type Contract, type Engine } from "slimproof";
import type { Edit } from "../../course/exercise.ts";

export type BuildSource = Extract<Contract["baseline"], { kind: "build" }>;

/** What a check is made of. */
export interface Trial {
  readonly engine: Engine;
  /** The learner's Dockerfile and the folder it is built from; that folder is never written to. */
  readonly source: BuildSource;
  /** The text of that Dockerfile. */
  readonly text: string;
  /** A reference of the image that was built from it. */
  readonly image: string;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

type TimedBuild = Awaited<ReturnType<Engine["timeBuild"]>>;

/** Builds, or says why not. The caller takes the tag away. */
export async function tryBuild(
  { engine, signal, onProgress }: Trial,
  source: BuildSource,
): Promise<TimedBuild | BuildError> {
  const onEvent: Parameters<Engine["timeBuild"]>[1]["onEvent"] = ({ step, state }) => {
    if (state === "started") onProgress(`yours: build ${step}`);
  };
  try {
    return await engine.timeBuild(source, { cache: true, keep: false, signal, onEvent });
  } catch (error) {
    if (error instanceof BuildError) return error;
    throw error;
  }
}

/** Where a build stopped and what was said last. */
export function failureText({ message, log }: BuildError): string {
  const end = log.at(-1);
  const told = message.replace(/^\S*?([^\s/]+:)/, "$1"); // whose folder it is is known
  return end === undefined || told.includes(end) ? told : `${told}: ${end}`;
}

/** A copy of a build's folder in which an edit was made. Disposing it removes it. */
export interface Edited extends AsyncDisposable {
  readonly source: BuildSource;
}

/**
 * Copies the folder and makes the edit there.
 * @throws InputError when the text that it replaces is not in the file.
 */
export async function edited(source: BuildSource, edit: Edit): Promise<Edited> {
  const root = await mkdtemp(join(await realpath(tmpdir()), "slimproof-workshop-"));
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true, maxRetries: 3 });
  try {
    const context = join(root, "copy");
    await cp(source.context, context, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    });
    await applyEdit(context, edit);
    return { source: { ...source, context }, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function applyEdit(folder: string, { file, replace, with: text }: Edit): Promise<void> {
  const path = join(folder, file);
  const before = await readFile(path, "utf8").catch(() => "");
  if (!before.includes(replace))
    throw new InputError(
      `${file}: the check changes ${JSON.stringify(replace)} there, which is not in it: bring the file back with \`reset\``,
    );
  const mark = randomBytes(4).toString("hex");
  await writeFile(
    path,
    before.replace(replace, () => text.replaceAll("{mark}", mark)),
  );
}
