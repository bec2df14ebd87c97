/** Damaged and hostile archives, seen layer by layer: a clear error or a right answer, in bounded time and memory. */
import { Buffer } from "node:buffer";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/model/error.ts";
import type { Inspection } from "../../../src/model/inspection.ts";
import { contents } from "../../../src/measure/archive/contents.ts";
import { archiveSink } from "../../../src/measure/archive/read.ts";
import { compressionOf, unpacking } from "../../../src/measure/bytes/unpack.ts";
import { inspectLayers } from "../../../src/measure/inspect-anew.ts";
import { layersOf } from "../../../src/measure/layers.ts";
import { readTree } from "../../../src/measure/anatomy.ts";
import { bytesOf, walk } from "../../../src/measure/tree/tree.ts";
import * as made from "../fixtures/images.ts";
import { chunks } from "../fixtures/samples.ts";
import { entry, file, gnuLong, header, pax, seal, tar } from "../fixtures/tar.ts";
import { chunkSize, flipped, flips, place } from "../damage.ts";

/** Longest that one small archive may take, milliseconds: far more than it needs, on a busy machine too. */
const HANG = 10_000;
const MINUTES = 120_000;

/** What comes of an archive: every image in it, or the one-line error. Anything else fails the test. */
async function outcome(
  archive: Buffer,
  size = 65_536,
): Promise<ReadonlyMap<string, Inspection> | null> {
  const found = new Map<string, Inspection>();
  try {
    const layers = layersOf({ cache: false, transfer: false, hashes: true });
    const { images, problems } = await layers.read(null, async (visit) => {
      const read = contents(visit);
      const compression = compressionOf(archive);
      const sink = compression ? unpacking(compression, archiveSink(read)) : archiveSink(read);
      for await (const chunk of chunks(archive, size)) await sink.write(chunk);
      await sink.end();
      return read.archive();
    });
    for (const image of images) {
      const { inspection, tree } = await inspectLayers({ name: "fuzzed", ...image }, layers, {
        problems,
        later: new Set(images.flatMap((it) => it.layers)),
        cache: null,
      });
      agree(inspection);
      expect(tree && bytesOf(tree)).toBe(inspection.anatomy.files.bytes);
      for (const name of image.names) found.set(name, inspection);
    }
    return found;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^[^\n]{1,3000}$/);
    return null;
  }
}

/** The parts of an inspection speak of the same bytes, whatever the image. */
function agree({ layers, size, wasted, anatomy, folders, largest }: Inspection): void {
  const sum = (values: readonly number[] = []): number => values.reduce((a, b) => a + b, 0);
  expect(size?.unpacked).toBe(sum(layers?.map(({ unpacked }) => unpacked)));
  expect((size?.unpacked ?? 0) - (wasted?.bytes ?? 0)).toBe(anatomy.files.bytes);
  expect(wasted?.bytes).toBe(sum(layers?.map((layer) => layer.wasted)));
  for (const { added, changed, unpacked } of layers ?? [])
    expect(added.bytes + changed.bytes).toBe(unpacked);
  expect(folders).toMatchObject({ bytes: anatomy.files.bytes, files: anatomy.files.count });
  for (const { path } of [...largest, ...(wasted?.paths ?? [])]) {
    expect(path).toMatch(/^\//);
    expect(path.split("/")).not.toContain("..");
  }
}

const imageOf = (...layers: readonly Buffer[]): made.FixtureImage => ({ tag: "fuzz:1", layers });

/** A layer after another that does each thing that layers do. */
const base = tar(
  entry({ name: "a/", flag: "5" }),
  file("a/one", "first"),
  entry({ name: "a/two", flag: "1", linkname: "a/one" }),
  entry({ name: "way", flag: "2", linkname: "a" }),
  pax({ path: "a/späte" }),
  file("cut", "four"),
);
const change = tar(
  file("way/one", "other"),
  file("a/.wh.späte", ""),
  file(".wh..wh..opq", ""),
  entry({ name: "null", flag: "3" }),
  gnuLong("L", `${"long/".repeat(30)}name`),
  file("cut", "x"),
);
const image = imageOf(base, change);
const id = made.idOf(image);
const seeds = [
  made.legacy([image]),
  made.docker25([image]),
  made.podman([image]),
  made.oci([image], "gzip"),
  made.oci([image], "zstd"),
];
const seed = fc.constantFrom(...seeds);

describe("a damaged archive", () => {
  // Layers and ids are digests of what was read, so an answer under the same id can only be the same.
  const right = async (archive: Buffer, size: number): Promise<void> => {
    const found = (await outcome(archive, size))?.get(id);
    if (found) expect(found).toEqual({ ...(await whole), layers: found.layers });
  };
  const whole = outcome(seeds[1] ?? Buffer.alloc(0)).then((found) => found?.get(id));

  test("is one of sound seeds", async () => {
    for (const archive of seeds) {
      const found = (await outcome(archive))?.get(id);
      expect(found?.wasted?.bytes).toBe(5 + 4);
      expect(found?.largest.map(({ path }) => path)).toEqual([
        "/a/one",
        `/${"long/".repeat(30)}name`,
      ]);
    }
  });

  test("cut off anywhere", { timeout: MINUTES }, async () => {
    const cut = fc.asyncProperty(seed, place, chunkSize, (archive, share, size) =>
      right(archive.subarray(0, Math.floor(share * archive.length)), size),
    );
    await fc.assert(cut, { numRuns: 1000, timeout: HANG });
  });

  test("with bytes changed anywhere", { timeout: MINUTES }, async () => {
    const changed = fc.asyncProperty(seed, flips, chunkSize, (archive, changes, size) =>
      right(flipped(archive, changes), size),
    );
    await fc.assert(changed, { numRuns: 2000, timeout: HANG });
  });

  test("compressed as a whole, with bytes changed or cut off", { timeout: MINUTES }, async () => {
    const packed = seeds.flatMap((archive) => [gzipSync(archive), zstdCompressSync(archive)]);
    const changed = fc.asyncProperty(
      fc.constantFrom(...packed),
      flips,
      place,
      fc.boolean(),
      (archive, changes, share, cut) =>
        right(cut ? archive.subarray(0, share * archive.length) : flipped(archive, changes), 1000),
    );
    await fc.assert(changed, { numRuns: 500, timeout: HANG });
  });
});

describe("layers that are rightly named, but lie", () => {
  test("headers of any bytes with a right checksum", { timeout: MINUTES }, async () => {
    const lies = fc.asyncProperty(
      fc.nat(base.length / 512 - 3),
      fc.nat(change.length / 512 - 3),
      flips,
      flips,
      chunkSize,
      async (a, b, first, second, size) => {
        const lying = imageOf(sealed(base, a, first), sealed(change, b, second));
        await outcome(made.docker25([lying]), size);
      },
    );
    await fc.assert(lies, { numRuns: 3000, timeout: HANG });
  });

  const name = fc
    .array(fc.constantFrom("a", "b", "..", ".", "", "l", ".wh.a", ".wh.b", ".wh..wh..opq"), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join("/"));
  const odd = fc.record({
    name,
    flag: fc.constantFrom("0", "0", "0", "1", "2", "3", "5", "6", "7", "x", "S", "\0"),
    linkname: name,
  });
  const layer = fc
    .array(fc.tuple(odd, fc.constantFrom("", "x", "some bytes")), { maxLength: 12 })
    .map((entries) =>
      tar(...entries.map(([it, data]) => entry(it, /[0S7\0]/.test(it.flag) ? data : ""))),
    );

  test("entries of every kind, under names that lead anywhere", { timeout: MINUTES }, async () => {
    const any = fc.asyncProperty(fc.array(layer, { maxLength: 4 }), async (layers) => {
      await outcome(made.docker25([imageOf(...layers)]));
    });
    await fc.assert(any, { numRuns: 3000, timeout: HANG });
  });

  function sealed(layer: Buffer, block: number, changes: readonly (readonly [number, number])[]) {
    const copy = Buffer.from(layer);
    seal(flipped(copy.subarray(512 * block, 512 * (block + 1)), changes)).copy(copy, 512 * block);
    return copy;
  }
});

describe("hostile archives, whole", () => {
  /** What is told of an image of one layer. */
  const one = async (layer: Buffer, stored: made.Stored = "plain"): Promise<Inspection | null> => {
    const hostile = imageOf(layer);
    return (await outcome(made.oci([hostile], stored)))?.get(made.idOf(hostile)) ?? null;
  };

  test.each(["gzip", "zstd"] as const)(
    "a layer that unpacks to a thousand times its size: %s",
    { timeout: MINUTES },
    async (stored) => {
      const layer = tar(file("zeros", Buffer.alloc(100_000_000)));
      expect(made.compress(layer, stored).length).toBeLessThan(layer.length / 200);
      const before = process.memoryUsage.rss();
      expect((await one(layer, stored))?.size?.unpacked).toBe(100_000_000);
      expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
    },
  );

  test("a name of 4 GB, and one whose size is a lie", async () => {
    for (const flag of ["L", "K", "x", "g"]) {
      const huge = header({ name: "x", flag, size: 2 ** 32, base256: true });
      expect(await one(Buffer.concat([huge, Buffer.alloc(10_000, "a")]))).toBeNull();
    }
  });

  test("names that lead out, and names that are no UTF-8", async () => {
    const bytes = (text: string): Record<number, Buffer> => ({ 0: Buffer.from(text, "latin1") });
    const found = await one(
      tar(
        file("../../../etc/passwd", "12"),
        file("/etc/shadow", "345"),
        file("a/../../b", "6"),
        entry({ name: "caf", at: bytes("caf\xe9") }, "7"),
        entry({ name: "caf", at: bytes("caf\xe8") }, "8"),
        entry({ name: "x", flag: "2", linkname: "../../../../outside" }),
        file("x/y", "9"),
      ),
    );
    expect(found?.largest.map(({ path, bytes }) => `${path} ${bytes}`)).toEqual([
      "/etc/shadow 3",
      "/etc/passwd 2",
      "/b 1",
      "/cafè 1",
      "/café 1",
      "/x/y 1",
    ]);
  });

  test("links in circles, of both kinds", async () => {
    const found = await one(
      tar(
        entry({ name: "a", flag: "2", linkname: "b" }),
        entry({ name: "b", flag: "2", linkname: "a" }),
        entry({ name: "c", flag: "1", linkname: "d" }),
        entry({ name: "d", flag: "1", linkname: "c" }),
        file("a/x", "1"),
        entry({ name: "l", flag: "2", linkname: "l/l/l" }),
        file("l/l/l/y", "2"),
      ),
    );
    expect(found?.anatomy.files).toEqual({ count: 2, bytes: 2 });
  });

  test(
    "a million entries are read, more than two million refused",
    { timeout: MINUTES },
    async () => {
      const entries = async (count: number, block: (n: number) => Buffer): Promise<string> => {
        const blocks = Buffer.concat(Array.from({ length: 1000 }, (_, n) => block(n)));
        async function* many(): AsyncGenerator<Uint8Array> {
          for (let n = 0; n < count; n += 1000) yield blocks;
          yield Buffer.alloc(1024);
        }
        return await readTree(many()).then(
          (tree) => `${[...walk(tree)].length}`,
          (error: unknown) => (error as InputError).message,
        );
      };
      const file = (n: number): Buffer => header({ name: `folder/${n}` });
      expect(await entries(1_000_000, file)).toBe("1001");
      const link = header({ name: "l", flag: "1", linkname: "none" });
      expect(await entries(2_001_000, () => link)).toBe(
        "the file system's tar cannot be read: more than 2000000 entries",
      );
    },
  );

  test("the same path a hundred thousand times", { timeout: MINUTES }, async () => {
    const found = await one(tar(...Array<Buffer>(100_000).fill(file("x", "1"))), "gzip");
    expect(found?.anatomy.files).toEqual({ count: 1, bytes: 1 });
    expect(found?.wasted).toEqual({
      bytes: 99_999,
      files: 99_999,
      paths: [{ path: "/x", bytes: 99_999, copies: 99_999 }],
    });
  });

  test("whiteouts by the hundred thousand", { timeout: MINUTES }, async () => {
    const files = Array.from({ length: 100_000 }, (_, n) => header({ name: `d/${n}` }));
    const gone = Array.from({ length: 100_000 }, (_, n) => header({ name: `d/.wh.${n}` }));
    const hostile = imageOf(
      tar(Buffer.concat(files)),
      tar(Buffer.concat([...gone, ...gone]), file("d/.wh..wh..opq", "")),
    );
    const found = (await outcome(made.docker25([hostile])))?.get(made.idOf(hostile));
    expect(found?.layers?.[1]?.removed).toEqual({ files: 100_000, bytes: 0 });
    expect(found?.anatomy.files.count).toBe(0);
  });
});
