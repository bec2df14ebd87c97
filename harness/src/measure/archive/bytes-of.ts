import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { InputError } from "../../model/error.ts";

/** Read at once: enough for the disk, and few enough to be kept in the processor's cache. */
const CHUNK = 256 * 1024;

/** Opens a file for reading. A pipe or a device that lies there instead is refused without waiting for it. */
export async function openFile(path: string): Promise<FileHandle & { readonly size: number }> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const found = await handle.stat();
  if (found.isFile()) return Object.assign(handle, { size: found.size });
  await handle.close();
  throw new InputError("it is no file");
}

/** Bytes of a file from one place to another, a piece at a time in the same memory. Throws InputError when it ends before, the signal's reason when aborted. */
export async function* bytesOf(
  handle: FileHandle,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, Math.max(0, to - from)));
  for (let at = from; at < to;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, to - at), at);
    if (bytesRead === 0) throw new InputError(`it breaks off at byte ${at}`);
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
