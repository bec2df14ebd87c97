import { constants } from "node:fs";
import {
  cp,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { isOrphan, OWNER } from "../engine/owner.ts";
import { InputError } from "../model/error.ts";
import { edited } from "./edit.ts";

/** A copy of a folder, for edits. Disposing it removes it. */
export interface Workplace extends AsyncDisposable {
  readonly folder: string;
  /** Opens a file of the copy for edits; disposing that puts it back as it was. */
  open(path: string): Promise<OpenFile>;
}

export interface OpenFile extends AsyncDisposable {
  /** Replaces what is in the file by the original with an edit that carries this mark. */
  edit(mark: string): Promise<void>;
}

const PREFIX = "slimproof-rebuild-";

/** What of a folder is copied, as absolute paths. */
export interface Kept {
  readonly files: readonly string[];
  /** With all that is in them, also when that is nothing. */
  readonly folders: readonly string[];
}

/**
 * Copies a folder, as far as it is `kept`, into a temporary one, with modes and times; links stay links. Removes what
 * killed runs left there first.
 * @throws InputError when a file cannot be read.
 */
export async function openWorkplace(original: string, kept: Kept): Promise<Workplace> {
  await removeOrphans();
  const root = await mkdtemp(
    join(tmpdir(), `${PREFIX}${Buffer.from(OWNER).toString("base64url")}-`),
  );
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true, maxRetries: 3 });
  const folder = join(root, "copy");
  try {
    await cp(await realpath(original), folder, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: isKept(await realpath(original), original, kept),
    });
  } catch (error) {
    await remove();
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${shown(original)}: cannot be copied: ${why}`, { cause: error });
  }
  return {
    folder,
    open: (path) => openFile(folder, path),
    [Symbol.asyncDispose]: remove,
  };
}

/** Neither sockets nor pipes, which nobody can copy, nor what no build is sent. */
function isKept(from: string, original: string, kept: Kept): (path: string) => Promise<boolean> {
  const wanted = new Set<string>();
  for (const path of [...kept.files, ...kept.folders])
    for (let it = path; !wanted.has(it) && it.length >= original.length; it = dirname(it))
      wanted.add(it);
  const whole = new Set(kept.folders);
  return async (path) => {
    const named = join(original, relative(from, path));
    if (whole.has(dirname(named))) whole.add(named); // a folder is asked for before what is in it
    if (!wanted.has(named) && !whole.has(named)) return false;
    const found = await lstat(path);
    return found.isFile() || found.isDirectory() || found.isSymbolicLink();
  };
}

/** @throws InputError when the path leads out of the copy, to what might be the user's own file. */
async function openFile(folder: string, path: string): Promise<OpenFile> {
  const file = join(await realpath(folder), path);
  if ((await realpath(file).catch(() => null)) !== file)
    throw new InputError(`${path}: not a regular file of the folder that is built from`);
  const [content, times] = await Promise.all([readFile(file), stat(file)]);
  return {
    // Only this file gets a new time, as by an editor: tools that go by times, as make and cargo, must see the edit.
    edit: (mark) => writeFile(file, edited(path, content, mark)),
    async [Symbol.asyncDispose]() {
      await writeFile(file, content);
      await utimes(file, times.atime, times.mtime);
    },
  };
}

/** Copies whose process no longer lives; its name is in theirs. */
async function removeOrphans(): Promise<void> {
  const names = await readdir(tmpdir());
  const orphans = names.filter((name) => {
    if (!name.startsWith(PREFIX)) return false;
    const owner = name.slice(PREFIX.length, -"-XXXXXX".length);
    return isOrphan(Buffer.from(owner, "base64url").toString());
  });
  await Promise.all(
    orphans.map(
      (name) => rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {}), // another user's
    ),
  );
}

function shown(path: string): string {
  return relative(process.cwd(), path) || ".";
}
