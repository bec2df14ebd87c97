import type { FileHandle } from "node:fs/promises";
import { InputError } from "../../model/error.ts";
import { BLOCK } from "../tar/tar-header.ts";
import { tarWalker } from "../tar/tar.ts";
import { bytesOf } from "./bytes-of.ts";
import type { Part } from "./parts.ts";

/** An image has at most some ten files for each of 127 layers; a tar of far more was made to keep us busy. */
const MOST_PARTS = 20_000;

/** The files in a tar that lies on disk: headers are read and all between them is passed over. Throws InputError when it is none. */
export async function tarParts(
  handle: FileHandle,
  size: number,
  signal: AbortSignal,
): Promise<readonly Part[]> {
  const walker = tarWalker();
  const parts: Part[] = [];
  const block = Buffer.alloc(BLOCK);
  let at = 0;
  while (at < size) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(block, 0, BLOCK, at);
    if (bytesRead === 0) break; // it became shorter, which finish() tells
    at += bytesRead;
    walker.write(block.subarray(0, bytesRead));
    for (let piece = walker.next(); piece !== null; piece = walker.next()) {
      if (piece !== "entry") continue;
      const { kind, name, size: bytes, sparse } = walker.entry();
      const start = at;
      at += walker.skip();
      if (kind !== "file" || sparse) continue;
      if (parts.length === MOST_PARTS) throw new InputError(`more than ${MOST_PARTS} files`);
      if (start + bytes > size) throw new InputError(`it breaks off at byte ${size}`);
      parts.push({
        name,
        size: bytes,
        bytes: (most = bytes) => bytesOf(handle, start, start + Math.min(most, bytes), signal),
      });
    }
    if (walker.over()) return parts;
  }
  if (at > size) throw new InputError(`it breaks off at byte ${size}`);
  walker.finish();
  return parts;
}
