import { Buffer } from "node:buffer";
import type { EntryReader } from "../tar/tar-reader.ts";

/** How much of a script's first line Linux reads (BINPRM_BUF_SIZE). */
const LONGEST = 256;

/** Tells of a script what stands behind `#!`: an interpreter and its one argument. Nothing where there is nothing. */
export function interpreterReader(found: (interpreter: string) => void): EntryReader {
  let held: Buffer = Buffer.alloc(0);
  let over = false;
  function finish(): void {
    over = true;
    // A carriage return stays: to Linux it is part of the name.
    const line = held
      .toString("latin1", 2)
      .split("\n", 1)[0]
      ?.replaceAll("\0", "")
      .replaceAll(/^[ \t]+|[ \t]+$/g, "");
    if (line) found(Buffer.from(line, "latin1").toString("utf8"));
  }
  return {
    data(bytes) {
      if (over) return;
      held = Buffer.concat([held, bytes.subarray(0, LONGEST - held.length)]);
      if (held.length === LONGEST || held.includes(0x0a)) finish();
    },
    end() {
      if (!over) finish();
    },
  };
}
