import { InputError } from "../../model/error.ts";
import type { Sink } from "./sink.ts";

/** Bytes of each field that must be read to find a frame's end (RFC 8878, section 3). */
const FIELDS = { magic: 4, skippable: 4, descriptor: 1, block: 3 } as const;
const MAGIC = 0xfd2fb528;

/** Whether a zstd stream may begin with this number: that of a frame, or of a skippable one. */
export function isZstd(magic: number): boolean {
  return magic === MAGIC || magic >>> 4 === 0x184d2a5;
}

/**
 * Hands a zstd stream on frame by frame: no piece goes past the end of a frame, and skippable frames are left out. Node's
 * decompressor silently drops what follows a frame's end within a piece, and Podman's layers have a frame for each file.
 */
export function zstdFrames(sink: Sink): Sink {
  const held = Buffer.alloc(4);
  let field: keyof typeof FIELDS = "magic";
  let filled = 0;
  /** Bytes that pass before the next field. */
  let run = 0;
  let inFrame = false;
  /** Whether the frame is over once `run` is. */
  let ending = false;
  let checksum = 0;

  function read(): void {
    if (field === "magic") {
      const magic = held.readUInt32LE();
      if (!isZstd(magic)) throw new InputError("no zstd frame");
      inFrame = magic === MAGIC;
      field = inFrame ? "descriptor" : "skippable";
    } else if (field === "skippable") {
      run = held.readUInt32LE();
      field = "magic";
    } else if (field === "descriptor") {
      const flags = held.readUInt8();
      const single = (flags >> 5) & 1;
      const contentSize = [single, 2, 4, 8][flags >> 6] ?? 0;
      const dictionaryId = [0, 1, 2, 4][flags & 3] ?? 0;
      run = 1 - single + dictionaryId + contentSize;
      checksum = flags & 4;
      field = "block";
    } else {
      const header = held.readUIntLE(0, 3);
      const repeated = ((header >> 1) & 3) === 1;
      ending = (header & 1) === 1;
      run = (repeated ? 1 : header >> 3) + (ending ? checksum : 0);
      if (ending) field = "magic";
    }
  }

  return {
    async write(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let sent = 0;
      for (let at = 0; at < chunk.length;) {
        if (run > 0) {
          const passing = Math.min(run, chunk.length - at);
          at += passing;
          run -= passing;
        } else {
          const taken = chunk.copy(held, filled, at, at + FIELDS[field] - filled);
          filled += taken;
          at += taken;
          if (filled === FIELDS[field]) {
            filled = 0;
            read();
            if (field === "descriptor") {
              // A magic number that began in an earlier chunk could not be handed on before it was whole.
              if (taken < 4) await sink.write(Buffer.from(held));
              sent = taken < 4 ? at : at - 4;
            }
          }
        }
        if (ending && run === 0) {
          await sink.write(chunk.subarray(sent, at));
          inFrame = ending = false;
        }
        if (!inFrame) sent = at;
      }
      if (sent < chunk.length) await sink.write(chunk.subarray(sent));
    },
    async end() {
      await sink.end();
      if (inFrame || run > 0 || filled > 0 || field !== "magic") throw new InputError("breaks off");
    },
  };
}
