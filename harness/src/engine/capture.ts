import { OUTPUT_LIMIT, type Capture } from "../model/container.ts";

/** A Capture and the two ends that feed it. */
export interface OpenCapture extends Capture {
  push(bytes: Buffer): void;
  finish(): void;
}

/** Keeps the first `limit` bytes of a stream and drops the rest, so that memory stays bounded. */
export function openCapture(limit: number = OUTPUT_LIMIT): OpenCapture {
  const chunks: Buffer[] = [];
  let kept = 0;
  let cut = false;
  let ended = false;
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  return {
    push(bytes) {
      const room = limit - kept;
      if (bytes.length > room) cut = true;
      if (room > 0 && bytes.length > 0) {
        const part = Buffer.from(bytes.subarray(0, room));
        chunks.push(part);
        kept += part.length;
      }
      wake();
    },
    finish() {
      ended = true;
      wake();
    },
    bytes: () => Buffer.concat(chunks),
    cut: () => cut,
    ended: () => ended,
    change: () => (ended ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
