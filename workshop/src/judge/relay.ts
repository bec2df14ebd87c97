/** What a twin is at, for judgements that wait for it. */
export interface Relay {
  tell(text: string): void;
  /** Nobody has to wait any more. */
  close(): void;
  /** Tells the last word, and each that follows until what it returns is called. */
  listen(to: (text: string) => void): () => void;
}

export function openRelay(): Relay {
  const listeners = new Set<(text: string) => void>();
  let last: string | null = null;
  let isOpen = true;
  return {
    tell(text) {
      if (!isOpen) return;
      last = text;
      for (const listener of listeners) listener(text);
    },
    close: () => void (isOpen = false),
    listen(to) {
      if (!isOpen) return () => {};
      if (last !== null) to(last);
      listeners.add(to);
      return () => void listeners.delete(to);
    },
  };
}
