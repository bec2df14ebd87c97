import { OUTPUT_LIMIT, type Capture } from "../model/container.ts";

/** The bytes that a program wrote to its terminal, the first OUTPUT_LIMIT of them, and the same as text. */
export interface Transcript extends Capture {
  /** Decoded as UTF-8; what is not UTF-8 became U+FFFD, so it is for searching only. */
  text(): string;
  /** Keeps what there is room for and returns that part. */
  push(bytes: Buffer): Buffer;
  finish(): void;
}

export function openTranscript(limit: number = OUTPUT_LIMIT): Transcript {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const chunks: Buffer[] = [];
  let size = 0;
  let text = "";
  let cut = false;
  let ended = false;
  let next = Promise.withResolvers<void>();
  const wake = (): void => {
    next.resolve();
    next = Promise.withResolvers<void>();
  };
  return {
    push(bytes) {
      const kept = bytes.subarray(0, limit - size);
      cut ||= kept.length < bytes.length;
      if (kept.length > 0) {
        chunks.push(kept);
        size += kept.length;
        text += decoder.decode(kept, { stream: true });
      }
      wake();
      return kept;
    },
    finish() {
      ended = true;
      wake();
    },
    bytes: () => Buffer.concat(chunks),
    text: () => text,
    cut: () => cut,
    ended: () => ended,
    change: () => (ended ? Promise.resolve() : next.promise),
  };
}
