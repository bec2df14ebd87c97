/** Sizes against those that the engine's own command line and tar tell, on an image built here. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { measureImages } from "../../src/measure/measure.ts";
import type { ImageSource } from "../../src/measure/trees.ts";
import { sizesOf } from "./fixtures/sizes.ts";
import type { Image, ImageSize } from "../../src/model/image.ts";

const CONTEXT = join(import.meta.dirname, "fixtures", "layers");
/** Layers that the Dockerfile adds to its base. */
const BUILT = 3;

let engine: Engine;
let image: Image;
let size: ImageSize;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slimproof-parity-"));
  engine = await openEngine(false);
  image = await engine.image(
    {
      kind: "build",
      dockerfile: "Dockerfile",
      context: CONTEXT,
      target: null,
      args: {},
      platform: null,
    },
    { cache: true, keep: false, signal: new AbortController().signal, onEvent: () => {} },
  );
  const measured = await measureImages([image.config], source(), { cache: false });
  size = measured.get(image.config.id)?.size as ImageSize;
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await engine?.[Symbol.asyncDispose]();
});

/** All that is told by the layers' archive: no image is exported. */
function source(): ImageSource {
  return {
    save: (ids) => engine.save(ids),
    tree: (id) => Promise.reject(new Error(`${id} was exported`)),
  };
}

/** The layers' tars as `docker save | tar -x` gives them, lowest first. */
function savedLayers(): readonly string[] {
  const archive = join(folder, "image.tar");
  execFileSync("docker", ["save", "-o", archive, image.config.id]);
  execFileSync("tar", ["-xf", archive, "-C", folder]);
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
    readonly Layers: readonly string[];
  }[];
  return (manifest[0]?.Layers ?? []).map((path) => join(folder, path));
}

test("each layer is as large as tar says, and compresses as gzip does", () => {
  const saved = savedLayers();
  expect(size.layers.map(({ digest }) => digest)).toEqual(image.config.layers);
  expect(saved).toHaveLength(size.layers.length);
  for (const [index, path] of saved.entries()) {
    // `-rw-r--r-- 0/0 5 2026-01-01 00:00 made/file`: regular files begin with a dash, hard links with an h.
    const list = execFileSync("tar", ["--numeric-owner", "-tvf", path], { encoding: "utf8" });
    const files = list.split("\n").filter((line) => line.startsWith("-") && !line.includes(".wh."));
    const bytes = files.map((line) => Number(line.split(/\s+/)[2])).reduce((a, b) => a + b, 0);
    expect(size.layers[index]?.unpacked, path).toBe(bytes);
    const script = 'gzip -dcf "$1" | gzip -6 | wc -c';
    const gzip = Number(execFileSync("sh", ["-c", script, "sh", path], { encoding: "utf8" }));
    // Node's zlib finds matches faster and somewhat worse than the gzip command: 2.3 % on Debian's base layer.
    const more = Math.abs((size.layers[index]?.transfer ?? 0) - gzip);
    expect(more).toBeLessThan(Math.max(200, 0.05 * gzip));
  }
});

test("what each instruction adds is counted", () => {
  // 5 bytes and a file of 1 MiB that is one hole; a hard link, a symlink and a directory; then a whiteout; then 1 byte.
  expect(size.layers.slice(-BUILT).map(({ unpacked }) => unpacked)).toEqual([
    5 + 1024 * 1024,
    0,
    1,
  ]);
});

test("an engine that tells unpacked sizes tells ours", () => {
  const inspect = execFileSync("docker", ["image", "inspect", image.config.id], {
    encoding: "utf8",
  });
  const [{ Size: told, GraphDriver: driver }] = JSON.parse(inspect) as [
    { readonly Size: number; readonly GraphDriver?: { readonly Name: string } },
  ];
  // It counts the lengths of symlinks in layers that it unpacked (pulled or imported), not in those that it built.
  const links = savedLayers()
    .slice(0, -BUILT)
    .flatMap((path) => {
      const list = execFileSync("tar", ["-tvf", path], { encoding: "utf8" });
      return list.split("\n").filter((line) => line.startsWith("l"));
    });
  const targets = links.map((line) => Buffer.byteLength(line.split(" -> ")[1] ?? ""));
  const expected = size.unpacked + targets.reduce((a, b) => a + b, 0);
  // The containerd store tells compressed sizes there.
  if (driver?.Name === "overlay2") expect(told).toBe(expected);
  else expect(told).not.toBe(0);
});

test("an archive by itself tells the image by its id, and both ways agree", async () => {
  const sizes = await sizesOf(await engine.save([image.config.id]));
  expect(sizes.get(image.config.id)).toEqual(size);
});

test("two images with shared layers come in one archive, in which those come once", async () => {
  const base = await engine.image(
    { kind: "image", image: "debian:trixie-slim", platform: null },
    { cache: true, keep: false, signal: new AbortController().signal, onEvent: () => {} },
  );
  let bytes = 0;
  async function* counted(ids: readonly string[]): AsyncGenerator<Uint8Array> {
    for await (const chunk of await engine.save(ids)) {
      bytes += (chunk as Uint8Array).length;
      yield chunk as Uint8Array;
    }
  }
  const measured = await measureImages(
    [base.config, image.config],
    { ...source(), save: async (ids) => counted(ids) },
    { cache: false },
  );
  expect(measured.get(image.config.id)?.size).toEqual(size);
  expect(measured.get(base.config.id)?.size.layers).toEqual(
    size.layers.slice(0, base.config.layers.length),
  );
  expect(bytes).toBeGreaterThan(size.unpacked - 1024 * 1024);
  expect(bytes).toBeLessThan(1.5 * size.unpacked);
});
