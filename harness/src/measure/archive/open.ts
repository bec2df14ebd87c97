import { stat } from "node:fs/promises";
import { InputError } from "../../model/error.ts";
import { compressionOf, unpacking } from "../bytes/unpack.ts";
import { BLOCK } from "../tar/tar-header.ts";
import { bytesOf, openFile } from "./bytes-of.ts";
import { contents, type Archive, type Visit } from "./contents.ts";
import type { ArchiveImage, Documents } from "./documents.ts";
import { folderParts } from "./folder-parts.ts";
import { documentsOf, reachOf, readParts, type Part } from "./parts.ts";
import { archiveSink } from "./read.ts";
import { tarParts } from "./tar-parts.ts";

/** An image archive that lies in a file, or an OCI layout in a folder. */
export interface StoredArchive extends AsyncDisposable {
  /** What its documents tell of; null when they can only be come by by reading all of it. */
  readonly images: readonly ArchiveImage[] | null;
  /** Reads it from its start. With `only`, nothing of other images, where that can be told. Throws InputError when it is damaged. */
  read<T>(visit: Visit<T>, only: ArchiveImage | null): Promise<Archive<T>>;
}

/**
 * Opens what `docker save`, `podman save` or skopeo wrote to a file, plain or compressed as a whole by gzip or zstd, or an
 * OCI layout in a folder. Nothing is written, and no link that leads out of the folder is followed.
 * @throws InputError with the path in it when it is none of these, or cannot be read.
 */
export async function openArchive(path: string, signal: AbortSignal): Promise<StoredArchive> {
  const telling = <T>(work: Promise<T>): Promise<T> => work.catch((error) => refuse(path, error));
  const archive = await telling(openAny(path, signal));
  return { ...archive, read: (visit, only) => telling(archive.read(visit, only)) };
}

async function openAny(path: string, signal: AbortSignal): Promise<StoredArchive> {
  if ((await stat(path)).isDirectory()) {
    const { parts, index } = await folderParts(path, signal);
    return ofParts(parts, index, async () => {});
  }
  const handle = await openFile(path);
  try {
    const head = Buffer.alloc(BLOCK);
    const { bytesRead } = await handle.read(head, 0, BLOCK, 0);
    const compression = compressionOf(head.subarray(0, bytesRead));
    if (compression === null) {
      const parts = await tarParts(handle, handle.size, signal);
      return ofParts(parts, await documentsOf(parts), () => handle.close());
    }
    return {
      images: null,
      async read(visit) {
        const found = contents(visit);
        const sink = unpacking(compression, archiveSink(found));
        for await (const chunk of bytesOf(handle, 0, handle.size, signal)) {
          await sink.write(chunk);
        }
        await sink.end();
        return found.archive();
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function ofParts(
  parts: readonly Part[],
  index: Documents,
  close: () => Promise<void>,
): StoredArchive {
  return {
    images: index.images(),
    read: (visit, only) => readParts(parts, visit, only && reachOf(index, only)),
    [Symbol.asyncDispose]: close,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "you may not read it",
  EPERM: "you may not read it",
  ELOOP: "its links lead in a circle",
  ENOTDIR: "a part of the path is no folder",
  ENAMETOOLONG: "its name is too long",
};

function refuse(path: string, error: unknown): never {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof InputError)
    throw new InputError(`${path}: ${error.message}`, { cause: error });
  if (code === undefined || syscall === undefined) throw error;
  throw new InputError(`${path} cannot be read: ${WORDS[code] ?? code}`, { cause: error });
}
