/**
 * Takes bytes as they come. A returned promise asks the caller to wait, which is how memory stays bounded. When it is over,
 * the next bytes may come in the same memory: what must outlive it is copied.
 */
export interface Sink {
  write(bytes: Uint8Array): void | Promise<void>;
  /** After the last byte. Both fail with InputError when what came cannot be used. */
  end(): void | Promise<void>;
}
