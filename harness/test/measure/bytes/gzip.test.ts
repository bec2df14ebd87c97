import { gunzipSync, gzipSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BLOCK_SIZE, deflateBlock, gzipCounters } from "../../../src/measure/bytes/gzip.ts";

/** Bytes that compress about as program files do, the same on every run. */
function sample(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    bytes[at] = at % 7 < 4 ? (state >> 16) & 0x1f : at >> 9;
  }
  return bytes;
}

async function count(bytes: Buffer, chunkSize: number = bytes.length): Promise<number> {
  const counter = gzipCounters()();
  for (let at = 0; at < bytes.length; at += chunkSize) {
    await counter.write(bytes.subarray(at, at + chunkSize));
  }
  await counter.end();
  return await counter.total();
}

describe("the count", () => {
  test.each([0, 1, 1024, 100_000, BLOCK_SIZE])("of %i bytes is exactly gzip's", async (length) => {
    const bytes = sample(length);
    expect(await count(bytes)).toBe(gzipSync(bytes, { level: 6 }).length);
  });

  test.each([BLOCK_SIZE + 1, 2 * BLOCK_SIZE, 3_000_000])(
    "of %i bytes is nearly gzip's",
    async (length) => {
      const bytes = sample(length);
      const exact = gzipSync(bytes, { level: 6 }).length;
      expect(Math.abs((await count(bytes)) - exact) / exact).toBeLessThan(0.001);
    },
  );

  test("is that of a real stream: the blocks joined decompress to what went in", async () => {
    const bytes = sample(2 * BLOCK_SIZE + 12_345);
    const blocks = [0, 1, 2].map((n) => bytes.subarray(n * BLOCK_SIZE, (n + 1) * BLOCK_SIZE));
    const deflated = await Promise.all(
      blocks.map((block, n) =>
        deflateBlock(block, (blocks[n - 1] ?? Buffer.alloc(0)).subarray(-32_768), n === 2),
      ),
    );
    const joined = Buffer.concat(deflated);
    expect(inflateRawSync(joined).equals(bytes)).toBe(true);
    expect(await count(bytes)).toBe(joined.length + gzipSync("").length - 2);
    expect(gunzipSync(gzipSync("")).length).toBe(0);
  });

  test("is the same however the bytes are cut", async () => {
    const bytes = sample(BLOCK_SIZE + 5000);
    const expected = await count(bytes);
    const sizes = fc.integer({ min: 1000, max: 2 * BLOCK_SIZE });
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        expect(await count(bytes, size)).toBe(expected);
      }),
      { numRuns: 10, examples: [[BLOCK_SIZE], [BLOCK_SIZE - 1], [BLOCK_SIZE + 1]] },
    );
  });
});

test("counters that run at the same time do not mix", async () => {
  const make = gzipCounters();
  const inputs = Array.from({ length: 12 }, (_, n) => sample(50_000 * n));
  const totals: Promise<number>[] = [];
  for (const bytes of inputs) {
    const counter = make();
    await counter.write(bytes);
    await counter.end();
    totals.push(counter.total());
  }
  expect(await Promise.all(totals)).toEqual(await Promise.all(inputs.map((bytes) => count(bytes))));
});

test("a writer waits while the compressors are busy", async () => {
  const counter = gzipCounters()();
  let taken = 0;
  const writing = (async () => {
    const bytes = sample(BLOCK_SIZE);
    for (; taken < 40; taken++) await counter.write(bytes);
  })();
  // All that can be had without a compressor having finished: none can, before the event loop turns.
  for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
  expect(taken).toBeLessThan(8);
  await writing;
  expect(taken).toBe(40);
});
