import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi, type Mock } from "vitest";
import { layerCache } from "../../src/measure/cache/layer-cache.ts";
import { pruneCache } from "../../src/measure/cache/usage.ts";
import { measureImages } from "../../src/measure/measure.ts";
import type { AskedImage, ImageSource } from "../../src/measure/trees.ts";
import * as made from "./fixtures/images.ts";
import { bare, chunks, expected, multi, single } from "./fixtures/samples.ts";
import { entry, file, tar } from "./fixtures/tar.ts";

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
const uncached = { cache: false };
const known = (image: made.FixtureImage): AskedImage => ({
  id: made.idOf(image),
  layers: image.layers.map(made.sha256),
});

interface Saving extends ImageSource {
  readonly save: Mock<ImageSource["save"]>;
}

/** An engine that gives these archives, one after the other, and no trees. */
function saving(...archives: readonly Buffer[]): Saving {
  let at = 0;
  return {
    save: vi.fn(async () => chunks(archives[at++] ?? Buffer.alloc(0))),
    tree: (id) => Promise.reject(new Error(`${id} was exported`)),
  };
}

async function layersOf(image: made.FixtureImage, source: ImageSource): Promise<unknown> {
  return (await measureImages([known(image)], source, cached)).get(made.idOf(image))?.size.layers;
}

test("several images come out of one pass, by the ids they were asked for by", async () => {
  const source = saving(made.docker25([single, multi, bare]));
  const asked = [known(single), { ...known(multi), id: "app:multi" }, known(bare)];
  const found = await measureImages(asked, source, uncached);
  expect([...found.keys()]).toEqual([made.idOf(single), "app:multi", made.idOf(bare)]);
  expect(found.get(made.idOf(single))?.size.layers).toEqual(expected(single));
  expect(found.get("app:multi")?.size.layers).toEqual(expected(multi));
  expect(found.get(made.idOf(bare))?.size).toEqual({ unpacked: 0, transfer: 0, layers: [] });
  expect(source.save).toHaveBeenCalledTimes(1);
});

test("what is inside is told by the layers that were read anyway", async () => {
  const shell: made.FixtureImage = {
    tag: "a:1",
    layers: [tar(entry({ name: "bin/sh", mode: 0o755 }, "x")), tar(file("bin/.wh.sh", ""))],
  };
  const lower: made.FixtureImage = { tag: "b:1", layers: shell.layers.slice(0, 1) };
  const found = await measureImages(
    [known(shell), known(lower)],
    saving(made.docker25([shell, lower])),
    uncached,
  );
  const shells = [shell, lower].map((image) => found.get(made.idOf(image))?.anatomy.shells.paths);
  expect(shells).toEqual([[], ["/bin/sh"]]);
});

describe("the cache", () => {
  test("spares the archive when it knows all layers", async () => {
    await measureImages([known(single)], saving(made.docker25([single])), cached);
    const source = saving();
    expect(await layersOf(single, source)).toEqual(expected(single));
    expect(await layersOf(multi, source)).toEqual(expected(multi));
    expect(source.save).not.toHaveBeenCalled();
  });

  test("spares the images of which it knows all layers", async () => {
    await measureImages([known(multi)], saving(made.docker25([multi])), cached);
    const source = saving(made.docker25([single]));
    const found = await measureImages([known(multi), known(single)], source, cached);
    expect(found.get(made.idOf(single))?.size.layers).toEqual(expected(single));
    expect(source.save).toHaveBeenCalledExactlyOnceWith([made.idOf(single)]);
  });

  test("that knows what layers weigh, but not what is in them, has the tree exported", async () => {
    await measureImages([known(multi)], saving(made.docker25([multi])), cached);
    for (const name of ["anatomy", "inventory"])
      await rm(join(folder, "layers", name), { recursive: true });
    const exporting = {
      ...saving(),
      tree: vi.fn(async () => chunks(tar(entry({ name: "bin/sh", mode: 0o755 }, "x")))),
    };
    for (let n = 0; n < 2; n++) {
      const found = await measureImages([known(multi)], exporting, cached);
      expect(found.get(made.idOf(multi))?.size.layers).toEqual(expected(multi));
      expect(found.get(made.idOf(multi))?.anatomy.shells.count).toBe(1);
    }
    expect(exporting.save).not.toHaveBeenCalled();
    expect(exporting.tree).toHaveBeenCalledExactlyOnceWith(made.idOf(multi));
  });

  test("is left alone when it is not wanted", async () => {
    await measureImages([known(single)], saving(made.docker25([single])), uncached);
    expect(await readdir(folder)).toEqual([]);
    await measureImages([known(single)], saving(made.docker25([single])), cached);
    const source = saving(made.docker25([single]));
    await measureImages([known(single)], source, uncached);
    expect(source.save).toHaveBeenCalledTimes(1);
  });

  test("that is damaged, or was pruned, is mended", async () => {
    const damage = async (): Promise<void> => {
      const layers = join(folder, "layers");
      for (const it of await readdir(layers, { recursive: true, withFileTypes: true }))
        if (it.isFile()) await writeFile(join(it.parentPath, it.name), "{}");
    };
    for (const spoil of [damage, async () => void (await pruneCache(folder))]) {
      await measureImages([known(multi)], saving(made.docker25([multi])), cached);
      await spoil();
      const source = saving(made.docker25([multi]));
      expect(await layersOf(multi, source)).toEqual(expected(multi));
      expect(await layersOf(multi, source)).toEqual(expected(multi));
      expect(source.save).toHaveBeenCalledTimes(1);
    }
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
      for (const digest of known(multi).layers) {
        const layer = await layerCache().read(digest);
        if (layer) await layerCache().write(digest, { ...layer, transfer: 1 });
      }
      const source = saving(archive);
      const marked = expected(single).map((layer) => {
        const old = multi.layers.map(made.sha256).includes(layer.digest);
        return old ? { ...layer, transfer: 1 } : layer;
      });
      expect(await layersOf(single, source)).toEqual(marked);
      expect(source.save).toHaveBeenCalledTimes(1);
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
      await pruneCache(folder);
      await measureImages([known(first)], saving(made.legacy([first])), cached);
      const source = saving(archive, archive);
      const found = await measureImages([known(second)], source, cached);
      const layers = found.get(made.idOf(second))?.size.layers ?? [];
      expect(layers.map(({ unpacked }) => unpacked)).toEqual([100_005, 100_010]);
      expect(source.save).toHaveBeenCalledTimes(2);
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

  test("an exported file system that breaks off names the image", async () => {
    await measureImages([known(multi)], saving(made.docker25([multi])), cached);
    for (const name of ["anatomy", "inventory"])
      await rm(join(folder, "layers", name), { recursive: true });
    const broken = { ...saving(), tree: async () => chunks(tar().subarray(0, 700)) };
    await expect(measureImages([known(multi)], broken, cached)).rejects.toThrow(
      `${made.idOf(multi)}: the file system's tar cannot be read: it breaks off at byte 700`,
    );
  });

  test("a stream that fails", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield made.docker25([single]).subarray(0, 700);
      throw new Error("socket hang up");
    }
    const source = { ...saving(), save: async () => failing() };
    await expect(measureImages([known(single)], source, cached)).rejects.toThrow("socket hang up");
  });

  test("a save that fails", async () => {
    const source = { ...saving(), save: () => Promise.reject(new Error("no such image")) };
    await expect(measureImages([known(single)], source, cached)).rejects.toThrow("no such image");
  });
});
