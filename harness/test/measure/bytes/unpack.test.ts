import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/model/error.ts";
import { compressionOf, unpacking } from "../../../src/measure/bytes/unpack.ts";

async function unpack(
  compression: "gzip" | "zstd",
  bytes: Buffer,
  chunkSize: number = bytes.length,
): Promise<string> {
  const out: Buffer[] = [];
  const sink = unpacking(compression, {
    write: (piece) => void out.push(Buffer.from(piece)),
    end() {},
  });
  for (let at = 0; at < bytes.length; at += chunkSize) {
    await sink.write(bytes.subarray(at, at + chunkSize));
  }
  await sink.end();
  return Buffer.concat(out).toString();
}

const skippable = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);
const checked = { params: { 201: 1 } }; // ZSTD_c_checksumFlag
const big = "Slimproof ".repeat(40_000);

describe("compression is told by the first bytes", () => {
  test.each([
    ["gzip", gzipSync("x")],
    ["zstd", zstdCompressSync("x")],
    ["zstd", skippable],
    [null, Buffer.from("layer.tar")],
    [null, Buffer.from([0x1f])],
    [null, Buffer.alloc(0)],
  ])("%s", (compression, head) => {
    expect(compressionOf(head)).toBe(compression);
  });
});

describe("zstd", () => {
  const frames = Buffer.concat([
    skippable,
    zstdCompressSync("one "),
    zstdCompressSync(""),
    zstdCompressSync("two ", checked),
    skippable,
    zstdCompressSync("a".repeat(300_000)),
    zstdCompressSync(" end"),
    skippable,
  ]);
  const content = `one two ${"a".repeat(300_000)} end`;

  test("all frames are read, wherever the stream is cut, and skippable ones are not", async () => {
    for (const size of [1, 2, 3, 4, 5, 7, 11, 50, frames.length]) {
      expect(await unpack("zstd", frames, size)).toBe(content);
    }
  });

  test("a stream as large as several pieces", async () => {
    expect(await unpack("zstd", zstdCompressSync(big, checked), 100)).toBe(big);
  });

  test("a stream that breaks off is an error, at every byte", async () => {
    const one = Buffer.concat([skippable, zstdCompressSync("hello", checked)]);
    for (let length = 1; length < one.length; length++) {
      await expect(unpack("zstd", one.subarray(0, length))).rejects.toThrow(InputError);
    }
  });

  test("what follows the frames and is none is an error", async () => {
    const bytes = Buffer.concat([zstdCompressSync("hello"), Buffer.from("more")]);
    await expect(unpack("zstd", bytes)).rejects.toThrow("no zstd frame");
  });

  test("a wrong checksum is an error", async () => {
    const bytes = zstdCompressSync("hello", checked);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await expect(unpack("zstd", bytes)).rejects.toThrow("cannot be decompressed");
  });
});

describe("gzip", () => {
  test("all members are read, wherever the stream is cut", async () => {
    const bytes = Buffer.concat([gzipSync("one "), gzipSync(big), gzipSync(" end")]);
    for (const size of [1, 7, 100, bytes.length]) {
      expect(await unpack("gzip", bytes, size)).toBe(`one ${big} end`);
    }
  });

  test("a stream that breaks off is an error, at every byte", async () => {
    const bytes = gzipSync("hello");
    for (let length = 2; length < bytes.length; length++) {
      await expect(unpack("gzip", bytes.subarray(0, length))).rejects.toThrow(InputError);
    }
  });

  test("what follows the members and is none never makes it hang", async () => {
    for (const rest of ["more", "\0".repeat(600_000), "x".repeat(2_000_000)]) {
      const bytes = Buffer.concat([gzipSync("hello"), Buffer.from(rest)]);
      const outcome = await unpack("gzip", bytes, 65_536).catch((error: Error) => error);
      expect(outcome === "hello" || outcome instanceof InputError).toBe(true);
    }
  });
});

test("an error of the reader passes through as it is", async () => {
  const broken = new Error("reader");
  const sink = unpacking("gzip", {
    write() {
      throw broken;
    },
    end() {},
  });
  await sink.write(gzipSync("hello"));
  await expect(sink.end()).rejects.toBe(broken);
});
