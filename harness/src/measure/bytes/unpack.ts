import { Buffer } from "node:buffer";
import { createGunzip, createZstdDecompress } from "node:zlib";
import type { Transform } from "node:stream";
import { InputError } from "../../model/error.ts";
import { collector } from "./collect.ts";
import type { Sink } from "./sink.ts";
import { isZstd, zstdFrames } from "./zstd.ts";

/** How a stream is compressed, told by its first bytes (RFC 1952, RFC 8878); null when it is not. */
export function compressionOf(head: Buffer): "gzip" | "zstd" | null {
  if (head.length >= 2 && head.readUInt16BE() === 0x1f8b) return "gzip";
  return head.length >= 4 && isZstd(head.readUInt32LE()) ? "zstd" : null;
}

/** Decompresses into a sink. */
export function unpacking(compression: "gzip" | "zstd", sink: Sink): Sink {
  // Enough in flight for reading, decompressing and hashing to overlap.
  const options = { highWaterMark: 512 * 1024, chunkSize: 128 * 1024 };
  return compression === "gzip"
    ? through(createGunzip(options), sink)
    : zstdFrames(through(createZstdDecompress(options), sink));
}

function through(transform: Transform, sink: Sink): Sink {
  const passed = collector();
  let over = false;
  const reading = (async () => {
    try {
      for await (const chunk of transform) {
        passed((chunk as Buffer).length);
        await sink.write(chunk as Buffer);
      }
    } catch (error) {
      const damage = transform.errored;
      if (damage === null || error !== damage) throw error;
      throw new InputError(`cannot be decompressed: ${damage.message}`, { cause: damage });
    } finally {
      over = true;
    }
  })();
  const settled = reading.catch(() => {}); // end() tells

  return {
    async write(bytes) {
      if (over || transform.write(Buffer.from(bytes))) return;
      await Promise.race([new Promise((resolve) => transform.once("drain", resolve)), settled]);
    },
    async end() {
      if (!over) transform.end();
      await reading;
      await sink.end();
    },
  };
}
