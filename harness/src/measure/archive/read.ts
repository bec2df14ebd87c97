import { drain, pour } from "../../model/byte-stream.ts";
import { InputError } from "../../model/error.ts";
import { collector } from "../bytes/collect.ts";
import type { Sink } from "../bytes/sink.ts";
import { tarWalker, type TarPiece } from "../tar/tar.ts";
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
  await pour(stream, (chunk) => {
    passed(chunk.length);
    return sink.write(chunk);
  });
  await sink.end();
  return found.archive();
}

/** Takes an archive's tar and hands on the files in it. */
export function archiveSink<T>(found: Contents<T>): Sink {
  const walker = tarWalker();
  let file: Sink | null = null;

  function take(piece: TarPiece): void | Promise<void> {
    if (piece === "data") return file?.write(walker.data());
    if (piece === "end") return file?.end();
    const { kind, name, size, sparse } = walker.entry();
    file = kind === "file" && !sparse ? found.file(name, size) : null;
  }

  function* pieces(): Generator<TarPiece, void> {
    for (let piece = walker.next(); piece !== null; piece = walker.next()) yield piece;
  }

  function refuse(error: unknown): never {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the image archive cannot be read: ${error.message}`, { cause: error });
  }

  return {
    write(chunk) {
      try {
        walker.write(chunk);
        return drain(pieces(), take)?.catch(refuse);
      } catch (error) {
        refuse(error);
      }
    },
    end() {
      try {
        walker.finish();
      } catch (error) {
        refuse(error);
      }
    },
  };
}
