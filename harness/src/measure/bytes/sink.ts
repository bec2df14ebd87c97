/**
 * Takes bytes as they come. A returned promise asks the caller to wait, which is how memory stays bounded. When it is over,
 * the next bytes may come in the same memory: what must outlive it is copied.
 */
export interface Sink {
  write(bytes: Uint8Array): void | Promise<void>;
  /** After the last byte. Both fail with InputError when what came cannot be used. */
  end(): void | Promise<void>;
}

/**
 * Hands pieces on, one after another, and waits where it is asked to. Mostly nobody asks: then nothing is promised either,
 * which would cost more than what is done with a piece.
 */
export function drain<T>(
  pieces: Iterator<T, void>,
  take: (piece: T) => void | Promise<void>,
): void | Promise<void> {
  for (let next = pieces.next(); !next.done; next = pieces.next()) {
    const waiting = take(next.value);
    if (waiting) return waiting.then(() => drain(pieces, take));
  }
}
