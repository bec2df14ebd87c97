/** Takes bytes as they come. A returned promise asks the caller to wait, which is how memory stays bounded. */
export interface Sink {
  write(bytes: Uint8Array): void | Promise<void>;
  /** After the last byte. Both fail with InputError when what came cannot be used. */
  end(): void | Promise<void>;
}
