/** Takes bytes as they come; a promise holds the stream back. When it is over, the next bytes may come in the same memory. */
export type Take = (bytes: Uint8Array) => void | Promise<void>;

/**
 * A stream that pushes: whoever takes all of it at once has no promise made for each piece, of which there are thousands.
 * It can be read once, in one of the two ways; a piece that is iterated over holds until the next one is asked for.
 */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  /** Hands all pieces to `take`, in order. Rejects with what `take` throws, or what the stream fails with; it is closed then. */
  pour(take: Take): Promise<void>;
}

/** Hands all pieces of a stream to `take`. Throws what either of them does. */
export async function pour(stream: AsyncIterable<Uint8Array>, take: Take): Promise<void> {
  if ("pour" in stream) return await (stream as ByteStream).pour(take);
  for await (const bytes of stream) {
    const waiting = take(bytes);
    if (waiting) await waiting;
  }
}

/** Makes a stream of what pushes. */
export function pourable(push: ByteStream["pour"]): ByteStream {
  return {
    pour: push,
    async *[Symbol.asyncIterator]() {
      let next = settleable<Uint8Array | null>();
      let done = settleable<void>();
      const pushing = push((bytes) => {
        next.resolve(bytes);
        return done.promise;
      });
      pushing.then(
        () => next.resolve(null),
        (error: unknown) => next.reject(error),
      );
      try {
        for (;;) {
          const bytes = await next.promise;
          if (bytes === null) return;
          next = settleable();
          yield bytes;
          const before = done;
          done = settleable();
          before.resolve();
        }
      } finally {
        done.reject(new Error("nobody reads on"));
        await pushing.catch(() => {}); // whoever reads on was told
      }
    },
  };
}

/** Rejected or not, nobody has to be waiting for it. */
function settleable<T>(): PromiseWithResolvers<T> {
  const made = Promise.withResolvers<T>();
  made.promise.catch(() => {});
  return made;
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
