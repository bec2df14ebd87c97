import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/model/error.ts";
import type { ImageSize } from "../../../src/model/image.ts";
import { gunzipSync } from "node:zlib";
import * as made from "../fixtures/images.ts";
import { SPARSE } from "../fixtures/recorded.ts";
import { chunks } from "../fixtures/samples.ts";
import { sizesOf } from "../fixtures/sizes.ts";
import { entry, file, gnuLong, pax, seal, tar } from "../fixtures/tar.ts";
import { chunkSize, flipped, flips, place } from "../damage.ts";

/** Longest that one small archive may take, milliseconds: far more than it needs, on a busy machine too. */
const HANG = 5000;

const layers = [
  tar(
    gnuLong("L", `${"long/".repeat(30)}name`),
    file("cut", "one"),
    pax({ path: "späte/namen", size: "4" }),
    file("cut", "four"),
    entry({ name: "link", flag: "1", linkname: "cut" }),
  ),
  tar(file("app", Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * at) >> 3)))),
];
const image: made.FixtureImage = { tag: "fuzz:1", layers };
const id = made.idOf(image);

const seeds = [
  made.legacy([image]),
  made.docker25([image]),
  made.podman([image]),
  made.oci([image], "gzip"),
  made.oci([image], "zstd"),
];

/** What comes of an archive: its sizes, or the one-line error. Anything else fails the test. */
async function outcome(
  archive: Buffer,
  chunkSize: number,
): Promise<ReadonlyMap<string, ImageSize> | null> {
  try {
    return await sizesOf(chunks(archive, chunkSize));
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^[^\n]{1,3000}$/);
    return null;
  }
}

const seed = fc.constantFrom(...seeds);
describe("a damaged archive gives a clear error or a right answer", () => {
  // Layers and ids are digests of what was read, so an answer under the same id can only be the same.
  const right = async (archive: Buffer, size: number): Promise<void> => {
    const found = (await outcome(archive, size))?.get(id);
    if (found === undefined) return;
    expect(found.layers.map(({ digest }) => digest)).toEqual(layers.map(made.sha256));
    expect(found.unpacked).toBe(3 + 4 + 3000);
  };

  test("the seeds are sound", async () => {
    for (const archive of seeds) expect((await outcome(archive, 65_536))?.has(id)).toBe(true);
  });

  test("cut off anywhere", async () => {
    const cut = fc.asyncProperty(seed, place, chunkSize, (archive, share, size) =>
      right(archive.subarray(0, Math.floor(share * archive.length)), size),
    );
    await fc.assert(cut, { numRuns: 400, timeout: HANG });
  });

  test("bytes changed anywhere", async () => {
    const changed = fc.asyncProperty(seed, flips, chunkSize, (archive, changes, size) =>
      right(flipped(archive, changes), size),
    );
    await fc.assert(changed, { numRuns: 800, timeout: HANG });
  });

  test("pieces left out, doubled or swapped", async () => {
    const spliced = fc.asyncProperty(
      seed,
      fc.array(place, { minLength: 4, maxLength: 4 }),
      chunkSize,
      (archive, at, size) => {
        const [a, b, c, d] = at.map((share) => Math.floor((share * archive.length) / 512) * 512);
        const cut = Buffer.concat([
          archive.subarray(0, a),
          archive.subarray(b, c),
          archive.subarray(d),
        ]);
        return right(cut, size);
      },
    );
    await fc.assert(spliced, { numRuns: 300, timeout: HANG });
  });
});

describe("hostile layers, whole and rightly named", () => {
  const bases = [
    ...layers,
    ...Object.values(SPARSE).map((recorded) =>
      gunzipSync(Buffer.from(recorded, "base64")).subarray(0, 8192),
    ),
  ];

  test("lying headers with a right checksum", async () => {
    const block = fc.integer({ min: 0, max: 15 });
    const lies = fc.asyncProperty(
      fc.constantFrom(...bases),
      block,
      flips,
      chunkSize,
      async (base, n, changes, size) => {
        const at = 512 * (n % (base.length / 512));
        const layer = Buffer.concat([
          base.subarray(0, at),
          seal(flipped(base.subarray(at, at + 512), changes)),
          base.subarray(at + 512),
        ]);
        const lying: made.FixtureImage = { tag: "lies:1", layers: [layer] };
        const found = (await outcome(made.docker25([lying]), size))?.get("lies:1");
        for (const { unpacked, transfer } of found?.layers ?? []) {
          expect(Number.isSafeInteger(unpacked) && unpacked >= 0).toBe(true);
          expect(transfer).toBeGreaterThan(0);
        }
      },
    );
    await fc.assert(lies, { numRuns: 600, timeout: HANG });
  });

  test("a compressed stream that unpacks to a thousand times its size passes through", async () => {
    const bomb: made.FixtureImage = {
      tag: "bomb:1",
      layers: [tar(file("zeros", Buffer.alloc(10_000_000)))],
    };
    const archive = made.oci([bomb], "gzip");
    const found = (await outcome(archive, 65_536))?.get("bomb:1");
    expect(found?.unpacked).toBe(10_000_000);
  });

  test("twenty thousand entries pass through", async () => {
    const one = entry({ name: "a/file" }, "x");
    const many: made.FixtureImage = {
      tag: "many:1",
      layers: [tar(...Array<Buffer>(20_000).fill(one))],
    };
    expect((await outcome(made.oci([many], "zstd"), 65_536))?.get("many:1")?.unpacked).toBe(20_000);
  });
});
