import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { measureImages } from "../../src/measure/measure.ts";
import * as made from "./fixtures/images.ts";
import { bare, expected, multi, single } from "./fixtures/samples.ts";
import { file, tar } from "./fixtures/tar.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-measure-"));
  vi.stubEnv("SLIMPROOF_CACHE", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const cached = { cache: true };
const known = (image: made.FixtureImage): { id: string; layers: readonly string[] } => ({
  id: made.idOf(image),
  layers: image.layers.map(made.sha256),
});

/** A `save` that says how often it was called. */
function saving(...archives: readonly Buffer[]): () => Promise<Readable> {
  return vi.fn(async () => Readable.from([archives[0] ?? Buffer.alloc(0), ...archives.slice(1)]));
}

async function layersOf(image: made.FixtureImage, save: () => Promise<Readable>): Promise<unknown> {
  return (await measureImages([known(image)], save, cached)).get(made.idOf(image))?.layers;
}

test("several images come out of one pass, by the ids they were asked for by", async () => {
  const save = saving(made.docker25([single, multi, bare]));
  const asked = [known(single), { ...known(multi), id: "app:multi" }, known(bare)];
  const sizes = await measureImages(asked, save, { cache: false });
  expect([...sizes.keys()]).toEqual([made.idOf(single), "app:multi", made.idOf(bare)]);
  expect(sizes.get(made.idOf(single))?.layers).toEqual(expected(single));
  expect(sizes.get("app:multi")?.layers).toEqual(expected(multi));
  expect(sizes.get(made.idOf(bare))).toEqual({ unpacked: 0, transfer: 0, layers: [] });
  expect(save).toHaveBeenCalledTimes(1);
});

describe("the cache", () => {
  test("spares the archive when it knows all layers", async () => {
    await measureImages([known(single)], saving(made.docker25([single])), cached);
    const save = saving();
    expect(await layersOf(single, save)).toEqual(expected(single));
    expect(await layersOf(multi, save)).toEqual(expected(multi));
    expect(save).not.toHaveBeenCalled();
  });

  test("spares the images of which it knows all layers", async () => {
    await measureImages([known(multi)], saving(made.docker25([multi])), cached);
    const save = saving(made.docker25([single]));
    const sizes = await measureImages([known(multi), known(single)], save, cached);
    expect(sizes.get(made.idOf(single))?.layers).toEqual(expected(single));
    expect(save).toHaveBeenCalledExactlyOnceWith([made.idOf(single)]);
  });

  test("is left alone when it is not wanted", async () => {
    const uncached = { cache: false };
    await measureImages([known(single)], saving(made.docker25([single])), uncached);
    expect(await readdir(folder)).toEqual([]);
    await measureImages([known(single)], saving(made.docker25([single])), cached);
    const save = saving(made.docker25([single]));
    await measureImages([known(single)], save, uncached);
    expect(save).toHaveBeenCalledTimes(1);
  });

  test("that is damaged is mended", async () => {
    await measureImages([known(multi)], saving(made.docker25([multi])), cached);
    const layers = join(folder, "layers");
    for (const name of await readdir(layers)) await writeFile(join(layers, name), "{}");
    const save = saving(made.docker25([multi]));
    expect(await layersOf(multi, save)).toEqual(expected(multi));
    expect(await layersOf(multi, save)).toEqual(expected(multi));
    expect(save).toHaveBeenCalledTimes(1);
  });

  describe("spares the layers that it knows, in every layout", () => {
    test.each([
      ["legacy", made.legacy([single])],
      ["docker25", made.docker25([single])],
      ["podman", made.podman([single])],
      ["gzip", made.oci([single], "gzip")],
      ["zstd", made.oci([single], "zstd")],
    ])("%s", async (_name, archive) => {
      await measureImages([known(multi)], saving(made.docker25([multi])), cached);
      // Written down wrong on purpose: only what was not measured again still says so.
      const layers = join(folder, "layers");
      for (const name of await readdir(layers)) {
        const entry = JSON.parse(await readFile(join(layers, name), "utf8")) as object;
        await writeFile(join(layers, name), JSON.stringify({ ...entry, transfer: 1 }));
      }
      const save = saving(archive);
      const marked = expected(single).map((layer) => {
        const old = multi.layers.map(made.sha256).includes(layer.digest);
        return old ? { ...layer, transfer: 1 } : layer;
      });
      expect(await layersOf(single, save)).toEqual(marked);
      expect(save).toHaveBeenCalledTimes(1);
    });
  });

  test("is not misled by a layer that only begins like a known one", async () => {
    const begin = file("same", Buffer.alloc(100_000, "same "));
    const first: made.FixtureImage = { tag: "a:1", layers: [tar(begin, file("a", "first"))] };
    const second: made.FixtureImage = {
      tag: "b:1",
      layers: [...first.layers, tar(begin, file("a", "the second"))],
    };
    for (const archive of [made.legacy([second]), made.oci([second], "gzip")]) {
      await rm(join(folder, "layers"), { recursive: true, force: true });
      await measureImages([known(first)], saving(made.legacy([first])), cached);
      const save = saving(archive);
      const sizes = await measureImages([known(second)], save, cached);
      const layers = sizes.get(made.idOf(second))?.layers ?? [];
      expect(layers.map(({ unpacked }) => unpacked)).toEqual([100_005, 100_010]);
      expect(save).toHaveBeenCalledTimes(2);
    }
  });
});

describe("what is wrong is said", () => {
  test("a layer that the archive lacks", async () => {
    const work = measureImages([known(single)], saving(made.docker25([multi])), cached);
    await expect(work).rejects.toThrow(
      `layer 2 of 4 (${known(single).layers[1]}) of image ${made.idOf(single)} is not in the archive`,
    );
  });

  test("an archive that breaks off, and nothing of it is remembered", async () => {
    const archive = made.docker25([single]);
    const work = measureImages([known(single)], saving(archive.subarray(0, 2000)), cached);
    await expect(work).rejects.toThrow("the image archive cannot be read: it breaks off");
    expect(await readdir(folder)).toEqual([]);
  });

  test("a stream that fails", async () => {
    const save = async (): Promise<Readable> =>
      new Readable({
        read() {
          this.destroy(new Error("socket hang up"));
        },
      });
    await expect(measureImages([known(single)], save, cached)).rejects.toThrow("socket hang up");
  });

  test("a save that fails", async () => {
    const save = (): Promise<Readable> => Promise.reject(new Error("no such image"));
    await expect(measureImages([known(single)], save, cached)).rejects.toThrow("no such image");
  });
});
