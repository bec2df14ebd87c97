/** What the images of a folder are built from: which of its files are sent, and which of them go into an image. */
import { lstat, readFile, realpath } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { platformsOf } from "../engine/build-args.ts";
import { readContextUse, type ContextUse } from "../engine/context-use.ts";
import { contextFiles, ignoreFile } from "../engine/context.ts";
import type { Engine } from "../engine/engine.ts";
import { InputError } from "../model/error.ts";
import { isCopied, type Candidate } from "./choose.ts";
import { canEdit } from "./edit.ts";
import type { BuildSource, RebuildSubject } from "./subject.ts";
import type { Kept } from "./workplace.ts";

export interface Contexts {
  readonly kept: Kept;
  readonly candidates: readonly Candidate[];
  readonly commands: readonly string[];
}

/** What all builds are sent, and how many of the images each of these files goes into. */
export async function readContexts(engine: Engine, subject: RebuildSubject): Promise<Contexts> {
  const files = new Set<string>();
  const folders = new Set<string>();
  const images = new Map<string, number>();
  const commands: string[] = [];
  for (const { source } of subject.images) {
    const sent = await contextFiles(source.context, source.dockerfile);
    const use = await useOf(source, engine.platform);
    const ignoring = await ignoreFile(source.context, source.dockerfile);
    if (ignoring === null) folders.add(source.context);
    else for (const it of [ignoring, ...sent]) files.add(join(source.context, it));
    files.add(join(source.context, source.dockerfile));
    commands.push(...use.command);
    const copied = sent.filter((it) => use.paths.some((path) => isCopied(it, path)));
    for (const path of copied.map((it) => fromFolder(subject, join(source.context, it))))
      images.set(path, (images.get(path) ?? 0) + 1);
  }
  const found = await Promise.all(
    [...images].map(async ([path, count]): Promise<Candidate | null> => {
      const stat = await lstat(join(subject.folder, path)).catch(() => null);
      return stat?.isFile() ? { path, bytes: stat.size, images: count } : null;
    }),
  );
  return {
    kept: { files: [...files], folders: [...folders] },
    candidates: found.filter((it) => it !== null),
    commands,
  };
}

/** A Dockerfile that cannot be read is told of by its build. */
async function useOf(source: BuildSource, engine: string): Promise<ContextUse> {
  const { context, dockerfile, args, target } = source;
  const text = await readFile(join(context, dockerfile), "utf8").catch(() => "");
  return readContextUse(text, args, target, platformsOf(engine, source.platform));
}

function fromFolder(subject: RebuildSubject, path: string): string {
  return relative(subject.folder, path).split(sep).join("/");
}

/**
 * A file that the user named, as a path from the folder; null when none was named.
 * @throws InputError when it is no file of the folder, goes into no image, or cannot be edited.
 */
export async function named(
  path: string | null,
  subject: RebuildSubject,
  { candidates }: Contexts,
): Promise<string | null> {
  if (path === null) return null;
  const folder = await realpath(subject.folder);
  const places = [resolve(subject.folder, path), resolve(path)];
  const there = await Promise.all(places.map((it) => realpath(it).catch(() => null)));
  const found = there.find((it) => it?.startsWith(`${folder}${sep}`));
  if (found === undefined || found === null)
    throw new InputError(
      `${path}: there is no such file in ${relative(process.cwd(), subject.folder) || "this folder"}`,
    );
  const file = relative(folder, found).split(sep).join("/");
  if (!candidates.some((it) => it.path === file))
    throw new InputError(
      `${path}: goes into no image: no COPY takes it, or .dockerignore keeps it away; files that do: ${
        candidates
          .slice(0, 10)
          .map((it) => it.path)
          .join(", ") || "none"
      }`,
    );
  if (!canEdit(file, await readFile(found)))
    throw new InputError(
      `${path}: how a comment is written in such a file is not known; name another one`,
    );
  return file;
}
