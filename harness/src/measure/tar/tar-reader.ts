import type { TarEntry } from "./tar-entry.ts";
import { tarWalker } from "./tar.ts";

/** Whoever wants the data of one entry. */
export interface EntryReader {
  /** A view into the stream: copy what must outlive the call. */
  data(bytes: Uint8Array): void;
  end(): void;
}

/** One reader that hands everything on to two. */
export function both(one: EntryReader, other: EntryReader): EntryReader {
  return {
    data(bytes) {
      one.data(bytes);
      other.data(bytes);
    },
    end() {
      one.end();
      other.end();
    },
  };
}

/** Takes a tar as its bytes arrive. Both throw InputError on what is no tar. */
export interface TarReader {
  write(chunk: Uint8Array): void;
  /** To be called after the last chunk; throws too when the tar breaks off. */
  finish(): void;
}

/** Tells `open` each entry of a tar; it answers who reads the entry's data, or null when nobody needs to. */
export function tarReader(open: (entry: TarEntry) => EntryReader | null): TarReader {
  const walker = tarWalker();
  let reader: EntryReader | null = null;
  return {
    write(chunk) {
      walker.write(chunk);
      for (let piece = walker.next(); piece !== null; piece = walker.next()) {
        if (piece === "entry") reader = open(walker.entry());
        else if (piece === "data") reader?.data(walker.data());
        else reader?.end();
      }
    },
    finish: () => walker.finish(),
  };
}
