import { InputError } from "../../model/error.ts";
import { collector } from "../bytes/collect.ts";
import type { Sink } from "../bytes/sink.ts";
import { tarWalker } from "../tar/tar.ts";
import { contents, type Archive, type Contents, type Visit } from "./contents.ts";

/**
 * Reads an image archive in one pass and never seeks: what `docker save`, `podman save` or an OCI layout's tar holds.
 * Throws InputError when the archive is none, or breaks off.
 */
export async function readArchive<T>(
  stream: AsyncIterable<Uint8Array>,
  visit: Visit<T>,
): Promise<Archive<T>> {
  const passed = collector();
  const found = contents(visit);
  const sink = archiveSink(found);
  for await (const chunk of stream) {
    passed(chunk.length);
    await sink.write(chunk);
  }
  await sink.end();
  return found.archive();
}

/** Takes an archive's tar and hands on the files in it. */
export function archiveSink<T>(found: Contents<T>): Sink {
  const walker = tarWalker();
  let file: Sink | null = null;

  async function walk(chunk: Uint8Array): Promise<void> {
    for (const piece of walker.write(chunk)) {
      if (piece.kind === "entry") {
        const { kind, name, size, sparse } = piece.entry;
        file = kind === "file" && !sparse ? found.file(name, size) : null;
      } else if (piece.kind === "data") {
        await file?.write(piece.bytes);
      } else {
        await file?.end();
      }
    }
  }

  function refuse(error: unknown): never {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the image archive cannot be read: ${error.message}`, { cause: error });
  }

  return {
    write: (chunk) => walk(chunk).catch(refuse),
    end() {
      try {
        walker.finish();
      } catch (error) {
        refuse(error);
      }
    },
  };
}
