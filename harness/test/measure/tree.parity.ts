/** What is put together from an image's layers is what the engine itself puts together: `docker export` against `docker save`. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { readTree } from "../../src/measure/anatomy.ts";
import { readArchive } from "../../src/measure/archive/read.ts";
import { layersOf } from "../../src/measure/layers.ts";
import { mergedLayers } from "../../src/measure/trees.ts";
import type { Merged } from "../../src/measure/tree/merge.ts";
import { bytesOf, walk, type Tree } from "../../src/measure/tree/tree.ts";
import type { Inode } from "../../src/measure/tree/inode.ts";
import type { ImageSource } from "../../src/model/contract.ts";

const ODD: ImageSource = {
  kind: "build",
  dockerfile: "Dockerfile",
  context: join(import.meta.dirname, "fixtures", "odd-layers"),
  target: null,
  args: {},
  platform: null,
};
const image = (name: string): ImageSource => ({ kind: "image", image: name, platform: null });
const IMAGES: readonly (readonly [string, ImageSource])[] = [
  ["debian:trixie-slim", image("debian:trixie-slim")],
  ["python:3.13-slim", image("python:3.13-slim")],
  ["distroless", image("gcr.io/distroless/python3-debian13")],
  ["layers that do all they can to each other", ODD],
];

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine(false);
});
afterAll(() => engine?.[Symbol.asyncDispose]());

/** Everything known of every name. What hard links share is named by the first of them. */
function lines(tree: Tree): readonly string[] {
  const first = new Map<Inode, string>();
  return [...walk(tree)].map(({ path, node: { inode } }) => {
    const { kind, size, mode, uid, gid, hash, target, capability, content } = inode;
    const name = first.get(inode) ?? path;
    first.set(inode, name);
    const owner = `${mode.toString(8)} ${uid}:${gid}`;
    return `${path} ${kind} ${size} ${owner} ${hash} ${target} ${capability} ${JSON.stringify(content)} ${name}`;
  });
}

async function merged(
  source: ImageSource,
): Promise<{ merged: Merged; unpacked: number; id: string }> {
  const options = { cache: true, keep: false, signal: new AbortController().signal };
  const { config } = await engine.image(source, { ...options, onEvent: () => {} });
  const layers = layersOf({ cache: false, transfer: false, hashes: true });
  await layers.read(config.layers, async (visit) =>
    readArchive(await engine.save([config.id]), { ...visit, trusted: true }),
  );
  const found = await mergedLayers(config, layers);
  if (!found) throw new Error("a layer was not read");
  const unpacked = config.layers.reduce((sum, it) => sum + (layers.measured(it)?.unpacked ?? 0), 0);
  return { merged: found, unpacked, id: config.id };
}

test.each(IMAGES)("%s", async (_name, source) => {
  const { merged: found, unpacked, id } = await merged(source);
  const exported = lines(await readTree(engine.tree(id)));
  expect(exported.length).toBeGreaterThan(100);
  expect(lines(found.tree)).toEqual(exported);
  const lost = found.lost.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(unpacked - lost).toBe(bytesOf(found.tree));
});

test("the odd layers hold what they were made for", async () => {
  const { merged: found } = await merged(ODD);
  const odd = new Map([...walk(found.tree)].map(({ path, node }) => [path, node.inode]));
  expect(odd.get("/odd/capable")?.capability).toBe("0100000200040000000000000000000000000000");
  expect(odd.get("/odd/replaced")?.mode).toBe(0o4755);
  expect(odd.get("/odd/links/third")).toBe(odd.get("/odd/links/first"));
  expect(odd.has("/odd/links/second")).toBe(false);
  expect(odd.get("/odd/a/Dockerfile")?.kind).toBe("file");
  expect(odd.get("/odd/opaque")?.kind).toBe("file");
  expect(odd.get("/odd/pipe")?.kind).toBe("fifo");
  expect(odd.get("/odd/sparse")?.size).toBe(3 * 1024 * 1024);
  // One megabyte whose mode was changed is stored twice.
  expect(found.lost.filter(({ path }) => path === "/odd/replaced")).toMatchObject([
    { bytes: 1_000_000 },
  ]);
});
