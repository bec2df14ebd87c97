import { OUTPUT_LIMIT, type Capture } from "../model/container.ts";

/** A Capture and the two ends that feed it. */
export interface OpenCapture extends Capture {
  push(bytes: Buffer): void;
  finish(): void;
}

/** Keeps the first `limit` bytes of a stream and drops the rest, so that memory stays bounded. */
export function openCapture(limit: number = OUTPUT_LIMIT): OpenCapture {
  // One buffer that grows, for a program that prints byte by byte would else leave a million little ones.
  let buffer = Buffer.alloc(0);
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
      const part = bytes.subarray(0, limit - kept);
      if (part.length < bytes.length) cut = true;
      if (kept + part.length > buffer.length) {
        const grown = Buffer.alloc(
          Math.min(limit, Math.max(2 * buffer.length, kept + part.length)),
        );
        buffer.copy(grown, 0, 0, kept);
        buffer = grown;
      }
      part.copy(buffer, kept);
      kept += part.length;
      wake();
    },
    finish() {
      ended = true;
      wake();
    },
    bytes: () => Buffer.from(buffer.subarray(0, kept)),
    cut: () => cut,
    ended: () => ended,
    change: () => (ended ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
