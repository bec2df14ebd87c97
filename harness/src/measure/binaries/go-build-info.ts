import { Buffer } from "node:buffer";
import { writableRanges, type FileRange } from "./writable-ranges.ts";
import { goModules, type GoModule } from "./go-modules.ts";
import type { EntryReader } from "../tar/tar-reader.ts";

/** Begins what Go's linker writes; at multiples of 16 in memory (debug/buildinfo). */
const MAGIC = Buffer.from("\xff Go buildinf:", "latin1");
const ALIGNMENT = 16;
/** Modules are some 100 bytes each, and the largest programs name a few thousand. */
const LONGEST = 1 << 20;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Finds the build information in an ELF file as it streams past, and hands on the modules that it was built from. Looks
 * where debug/buildinfo does, for the first aligned mark in the writable data, and holds nothing but the ELF headers and
 * what follows the mark, 1 MiB at most. Programs of Go before 1.18 hold pointers in its place, which no stream can
 * follow: they give nothing, and so does all that is no Go program.
 */
export function goBuildInfo(found: (modules: readonly GoModule[]) => void): EntryReader {
  let state: "head" | "search" | "collect" | "over" = "head";
  let ranges: readonly FileRange[] = [];
  /** Where the bytes to come lie in the file. */
  let position = 0;
  /** What was kept of those before: the file's head, then a mark's possible beginning, then what follows the mark. */
  let held = NOTHING;
  let need = 0;
  let end = 0;

  /** The bytes from the file's start on, once they are enough to know where to search. */
  function head(chunk: Buffer): Buffer | null {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const result = held.length < need ? need : writableRanges(held);
    if (typeof result === "number") {
      need = result;
      held = Buffer.from(held); // a view would not outlive the call
      return null;
    }
    ranges = result ?? [];
    end = Math.max(0, ...ranges.map((range) => range.end));
    state = end > 0 ? "search" : "over";
    const bytes = held;
    held = NOTHING;
    return bytes;
  }

  function search(bytes: Buffer): void {
    // A mark may begin in the bytes before; what is searched for that is small, since the chunks are not.
    const seam = Buffer.concat([held, bytes.subarray(0, MAGIC.length - 1)]);
    const start = position - held.length;
    const inSeam = held.length > 0 ? markIn(seam, start) : -1;
    if (inSeam >= 0) {
      begin(start + inSeam);
      collect(seam.subarray(inSeam));
      if (state === "collect") collect(bytes.subarray(MAGIC.length - 1));
      return;
    }
    const at = markIn(bytes, position);
    if (at >= 0) {
      begin(position + at);
      return collect(bytes.subarray(at));
    }
    held = Buffer.from(
      (bytes.length < MAGIC.length ? Buffer.concat([held, bytes]) : bytes).subarray(
        1 - MAGIC.length,
      ),
    );
    position += bytes.length;
    if (position >= end) state = "over";
  }

  /** Where a mark begins in bytes that lie at `start` in the file; -1 when none does. */
  function markIn(bytes: Buffer, start: number): number {
    for (const range of ranges) {
      const part = bytes.subarray(0, Math.max(0, range.end - start));
      for (let at = Math.max(0, range.start - start); ; at++) {
        at = part.indexOf(MAGIC, at);
        if (at === -1) break;
        if ((start + at + range.shift) % ALIGNMENT !== 0) continue;
        end = range.end;
        return at;
      }
    }
    return -1;
  }

  function begin(at: number): void {
    state = "collect";
    held = NOTHING;
    need = 0;
    position = at;
  }

  function collect(bytes: Buffer): void {
    held = Buffer.concat([held, bytes.subarray(0, Math.max(0, end - position))]);
    position += bytes.length;
    const result = held.length < need ? need : goModules(held);
    if (typeof result === "number") {
      need = result;
      if (need <= LONGEST && position < end) return;
    } else if (result !== null) {
      found(result);
    }
    state = "over";
    held = NOTHING;
  }

  return {
    data(chunk) {
      let bytes: Buffer | null = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (state === "head") bytes = head(bytes);
      if (bytes === null) return;
      if (state === "search") search(bytes);
      else if (state === "collect") collect(bytes);
    },
    end() {},
  };
}
