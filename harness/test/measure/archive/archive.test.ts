import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/model/error.ts";
import type { ImageSize } from "../../../src/model/image.ts";
import { readArchive } from "../../../src/measure/archive/read.ts";
import { layerVisitors } from "../../../src/measure/layer-measure.ts";
import * as made from "../fixtures/images.ts";
import { sizesOf } from "../fixtures/sizes.ts";
import { bare, chunks, expected, multi, single } from "../fixtures/samples.ts";
import { entry, file, tar } from "../fixtures/tar.ts";

async function sizes(archive: Buffer, chunkSize?: number): Promise<ReadonlyMap<string, ImageSize>> {
  return await sizesOf(chunks(archive, chunkSize));
}

const images = [single, multi, bare];

describe("every layout gives the same sizes", () => {
  test.each([
    ["docker before 25", made.legacy(images), []],
    ["docker before 25, manifest first", made.legacy(images, "first"), []],
    ["docker since 25", made.docker25(images), ["plain"]],
    ["podman", made.podman(images), []],
    ["OCI layout, plain", made.oci(images, "plain"), ["plain"]],
    ["OCI layout, gzip", made.oci(images, "gzip"), ["gzip"]],
    ["OCI layout, zstd", made.oci(images, "zstd"), ["zstd"]],
  ] as const)("%s", async (_name, archive, stored) => {
    const found = await sizes(archive);
    for (const image of images) {
      const layers = expected(image);
      const total = (part: "unpacked" | "transfer"): number =>
        layers.reduce((sum, layer) => sum + layer[part], 0);
      const size = { unpacked: total("unpacked"), transfer: total("transfer"), layers };
      const ids = stored.map((form) => made.indexDigest(image, form));
      for (const name of [made.idOf(image), image.tag, ...ids]) {
        expect(found.get(name), name).toEqual(size);
      }
    }
  });

  test("however the stream is cut", async () => {
    for (const archive of [made.legacy(images), made.oci(images, "gzip")]) {
      const whole = await sizes(archive);
      for (const size of [1000, 512, 77]) expect(await sizes(archive, size)).toEqual(whole);
    }
  });

  test("also when the layout's folder was packed by tar, as ./index.json and so on", async () => {
    const image: made.FixtureImage = { tag: "t:1", layers: multi.layers };
    const config = made.configOf(image);
    const index = JSON.stringify([{ Config: "config.json", RepoTags: ["t:1"], Layers: [] }]);
    const found = await sizes(
      tar(
        file("./manifest.json", index),
        ...image.layers.map((layer, n) => file(`./${n}.tar`, layer)),
        file("./config.json", config),
      ),
    );
    expect(found.get("t:1")?.layers).toEqual(expected(multi));
  });
});

describe("layers of odd forms", () => {
  const imageOf = (layer: Buffer): made.FixtureImage => ({ tag: "odd:1", layers: [layer] });
  test("a layer of no bytes at all", async () => {
    const found = await sizes(made.docker25([imageOf(Buffer.alloc(0))]));
    expect(found.get("odd:1")).toMatchObject({ unpacked: 0, transfer: 20 });
  });

  test("a layer without an end mark, and one with a record of zeros behind it", async () => {
    for (const layer of [
      file("a", "abc"),
      Buffer.concat([tar(file("a", "abc")), Buffer.alloc(9000)]),
    ]) {
      expect((await sizes(made.oci([imageOf(layer)], "zstd"))).get("odd:1")?.unpacked).toBe(3);
    }
  });

  test("a layer whose first name looks like JSON", async () => {
    const found = await sizes(made.legacy([imageOf(tar(file('{"os":', "abc")))]));
    expect(found.get("odd:1")?.unpacked).toBe(3);
  });

  test("a layer with more than a visitor sees at first", async () => {
    const layer = tar(...Array.from({ length: 300 }, (_, n) => file(`file${n}`, "x".repeat(1000))));
    expect((await sizes(made.oci([imageOf(layer)], "gzip"))).get("odd:1")?.unpacked).toBe(300_000);
  });
});

describe("visitors", () => {
  test("see each entry, the data of those they read, and every byte", async () => {
    const archive = await readArchive(chunks(made.oci([multi], "gzip"), 1000), {
      layer(head) {
        const seen: string[] = [];
        let bytes = 0;
        return {
          bytes: (chunk) => void (bytes += chunk.length),
          entry({ name, kind }) {
            seen.push(`${kind} ${name}`);
            if (kind !== "file" || name !== "etc/motd") return null;
            let text = "";
            return {
              data: (piece) => void (text += Buffer.from(piece).toString()),
              end: () => void seen.push(text),
            };
          },
          end: () => ({ head: head.length, bytes, seen }),
        };
      },
    });
    const [base, program] = multi.layers.map((layer) => archive.layers.get(made.sha256(layer)));
    expect(base).toEqual({
      head: multi.layers[0]?.length,
      bytes: multi.layers[0]?.length,
      seen: [
        "directory etc/",
        "file etc/motd",
        "hello",
        "file usr/bin/tool",
        "link usr/bin/tool2",
        "symlink bin",
        "device dev/null",
      ],
    });
    expect(program).toMatchObject({ head: 65_536, bytes: multi.layers[1]?.length });
  });

  test("hold the stream back", async () => {
    let busy = 0;
    let most = 0;
    await readArchive(chunks(made.docker25([single]), 1000), {
      layer: () => ({
        async bytes() {
          most = Math.max(most, ++busy);
          await new Promise((resolve) => setImmediate(resolve));
          busy--;
        },
        end: () => null,
      }),
    });
    expect(most).toBe(1);
  });

  test("may leave out what the name tells", async () => {
    const known = made.sha256(multi.layers[0] ?? Buffer.alloc(0));
    for (const archive of [made.docker25([multi]), made.podman([multi])]) {
      const read = await readArchive(chunks(archive), {
        skip: (digest) => digest === known,
        layer: () => ({ end: () => true }),
      });
      expect([...read.layers.keys()]).toEqual(multi.layers.slice(1).map(made.sha256));
      expect(read.images[0]?.layers).toEqual(multi.layers.map(made.sha256));
    }
  });

  test("that fail, fail the pass", async () => {
    const broken = new Error("visitor");
    const fails = { bytes: () => Promise.reject(broken), end: () => null };
    for (const stored of ["plain", "gzip", "zstd"] as const) {
      const work = readArchive(chunks(made.oci([multi], stored)), { layer: () => fails });
      await expect(work).rejects.toBe(broken);
    }
  });
});

describe("what is wrong is said", () => {
  const layer = tar(file("a", "abc"));
  const image: made.FixtureImage = { tag: "t:1", layers: [layer] };
  const config = file("c.json", made.configOf(image));
  const damaged = Buffer.concat([layer.subarray(0, 1024), Buffer.alloc(512, "?")]);
  const gzip = made.compress(layer, "gzip");

  test.each([
    [
      "no archive",
      Buffer.from("Error response from daemon".repeat(50)),
      "the image archive cannot be read: no tar header before byte 512",
    ],
    [
      "an archive cut off",
      made.legacy([image]).subarray(0, 3000),
      "the image archive cannot be read: it breaks off at byte 3000",
    ],
    [
      "a layer that is not there",
      tar(config),
      `layer 1 of 1 (${made.sha256(layer)}) of image ${made.idOf(image)} is not in the archive`,
    ],
    [
      "a damaged layer",
      tar(config, file("bad/layer.tar", damaged)),
      "is not in the archive; found there: bad/layer.tar: no tar header before byte 1536",
    ],
    [
      "a layer cut off",
      tar(config, file("bad.tar", layer.subarray(0, 700))),
      "found there: bad.tar: it breaks off at byte 700",
    ],
    [
      "a compressed layer cut off",
      tar(config, file("bad", gzip.subarray(0, -9))),
      "found there: bad: cannot be decompressed: unexpected end of file",
    ],
    [
      "a hostile name",
      tar(config, file("\u001b[2J\u009bbad", gzip.subarray(0, -9))),
      "found there: ?[2J?bad: ",
    ],
  ])("%s", async (_name, archive, message) => {
    const work = sizes(archive);
    await expect(work).rejects.toThrow(message);
    await expect(work).rejects.toBeInstanceOf(InputError);
    await expect(work).rejects.toThrow(/^[^\n]*$/);
  });

  test("files that add up to no number are refused", async () => {
    const huge = {
      name: "huge",
      base256: true,
      flag: "S",
      magic: "gnu",
      at: { 483: Buffer.from([0x80, 0, 0, 0, 0, 0x1f, ...Array(6).fill(0xff)]) },
    } as const;
    const archive = tar(config, file("bad", tar(entry(huge), entry(huge))));
    await expect(sizes(archive)).rejects.toThrow("files of more than 2^53 bytes");
  });

  test("a damaged file that nobody needs is no error", async () => {
    const archive = tar(config, file("bad", damaged), file("layer.tar", layer));
    expect((await sizes(archive)).get(made.idOf(image))?.unpacked).toBe(3);
  });

  test("an error of the stream passes through", async () => {
    async function* breaks(): AsyncGenerator<Uint8Array> {
      yield made.docker25([image]).subarray(0, 2048);
      throw new Error("socket hang up");
    }
    const work = readArchive(breaks(), {
      layer: layerVisitors({ transfer: false, hashes: false }),
    });
    await expect(work).rejects.toThrow("socket hang up");
  });

  test("documents without end are bounded", async () => {
    const large = JSON.stringify({ manifests: [], pad: "x".repeat(7_900_000) });
    const many = Array.from({ length: 12 }, (_, n) => file(`${n}.json`, large));
    const read = await readArchive(chunks(tar(...many, config)), {
      layer: layerVisitors({ transfer: false, hashes: false }),
    });
    expect(read.problems).toContain("8.json: too many documents in one archive");
    const beyond = tar(
      file("big.json", `{"manifests":[],"pad":"${"x".repeat(8_000_001)}"}`),
      config,
    );
    const { images: found } = await readArchive(chunks(beyond), {
      layer: layerVisitors({ transfer: false, hashes: false }),
    });
    expect(found).toMatchObject([{ names: [made.idOf(image)], layers: [made.sha256(layer)] }]);
  });

  test("an index that nests for ever, or names many platforms, names no image", async () => {
    const other = { ...image, tag: "t:2" };
    const child = (blob: Buffer): object => ({ digest: made.sha256(blob) });
    const both = Buffer.from(
      JSON.stringify({ manifests: [image, other].map((one) => child(made.configOf(one))) }),
    );
    let deep = Buffer.from(JSON.stringify({ manifests: [child(made.configOf(image))] }));
    const nested = Array.from({ length: 20 }, (_, n) => {
      const blob = deep;
      deep = Buffer.from(JSON.stringify({ manifests: [child(blob)] }));
      return file(`${n}`, blob);
    });
    const archive = tar(
      config,
      file("o.json", made.configOf(other)),
      file("both", both),
      ...nested,
      file("l", layer),
    );
    const found = await sizes(archive);
    expect(found.has(made.sha256(both))).toBe(false);
    expect(found.has(made.sha256(deep))).toBe(false);
    expect(found.has(made.idOf(image))).toBe(true);
  });
});
