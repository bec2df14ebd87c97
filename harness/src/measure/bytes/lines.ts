import { Buffer } from "node:buffer";
import type { EntryReader } from "../tar/tar-reader.ts";
import { text } from "../tar/pax.ts";

/** What of a line is kept: the fields that are wanted are far shorter. */
const LONGEST_LINE = 4096;
const NOTHING: Buffer = Buffer.alloc(0);

/** Hands on a file line by line, without their ends, and each cut after 4 KiB, so that no file is held whole. */
export function lineReader(each: (line: string) => void, done: () => void): EntryReader {
  let held = NOTHING;

  function hold(bytes: Buffer): void {
    const room = LONGEST_LINE - held.length;
    if (bytes.length > 0 && room > 0) held = Buffer.concat([held, bytes.subarray(0, room)]);
  }

  function flush(): void {
    each(text(held, 0, held.length).replace(/\r$/, ""));
    held = NOTHING;
  }

  return {
    data(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let at = 0;
      for (;;) {
        const end = chunk.indexOf(0x0a, at);
        if (end === -1) return hold(chunk.subarray(at));
        hold(chunk.subarray(at, end));
        flush();
        at = end + 1;
      }
    },
    end() {
      if (held.length > 0) flush();
      done();
    },
  };
}

/** Hands on a file as one text; for files whose size was found to be small. */
export function wholeReader(done: (text: string) => void): EntryReader {
  const pieces: Uint8Array[] = [];
  return {
    data: (bytes) => void pieces.push(Uint8Array.from(bytes)),
    end: () => done(Buffer.concat(pieces).toString("utf8")),
  };
}
