import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Anatomy } from "../../../src/model/anatomy.ts";
import { anatomyCache } from "../../../src/measure/cache/anatomy-cache.ts";
import { layerCache } from "../../../src/measure/cache/layer-cache.ts";

let folder: string;
let place: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-anatomies-"));
  place = join(folder, "layers", "anatomy");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const layers = ["sha256:a", "sha256:b"];
const none = { count: 0, paths: [] };
const anatomy: Anatomy = {
  packages: [{ kind: "deb", name: "libc6", version: "2.41" }],
  shells: { count: 30, paths: ["/bin/sh"] },
  packageManagers: none,
  compilers: none,
  sources: none,
};
/** The one entry's path. */
async function onlyEntry(): Promise<string> {
  const names = await readdir(place);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^[0-9a-f]{64}\.json$/);
  return join(place, names[0] ?? "");
}

test("what was written is read, by another process too", async () => {
  await anatomyCache(folder).write(layers, anatomy);
  expect(await anatomyCache(folder).read(layers)).toEqual(anatomy);
  expect(await anatomyCache(folder).read(layers.toReversed())).toBeNull();
  await onlyEntry();
});

describe("an entry that is not ours counts as absent, and is written anew", () => {
  test.each([
    ["empty", () => ""],
    ["cut off", (text: string) => text.slice(0, 40)],
    ["of another version", (text: string) => text.replace('"version":1', '"version":2')],
    ["of other layers", (text: string) => text.replace("sha256:a", "sha256:c")],
    ["of an unknown kind", (text: string) => text.replace('"deb"', '"snap"')],
    ["with a negative count", (text: string) => text.replace('"count":30', '"count":-1')],
    ["without shells", (text: string) => text.replace('"shells"', '"shell"')],
    ["with more in it", (text: string) => text.replace("{", '{"more":1,')],
    ["too large", (text: string) => text + " ".repeat(16_000_000)],
  ])("%s", async (_name, spoil) => {
    const cache = anatomyCache(folder);
    await cache.write(layers, anatomy);
    const path = await onlyEntry();
    const text = await readFile(path, "utf8");
    expect(spoil(text)).not.toBe(text);
    await writeFile(path, spoil(text));
    expect(await cache.read(layers)).toBeNull();
    await cache.write(layers, anatomy);
    expect(await cache.read(layers)).toEqual(anatomy);
  });
});

test("an anatomy too large to be read back is not written", async () => {
  const packages = Array<Anatomy["packages"][number]>(20_000).fill({
    kind: "node",
    name: "x".repeat(1000),
    version: "1",
  });
  await anatomyCache(folder).write(layers, { ...anatomy, packages });
  expect(await anatomyCache(folder).read(layers)).toBeNull();
});

test("a cache that cannot be written is no error", async () => {
  await writeFile(join(folder, "layers"), "");
  const cache = anatomyCache(folder);
  await cache.write(layers, anatomy);
  await cache.prune();
  expect(await cache.read(layers)).toBeNull();
});

test("pruning keeps what was used last, and leaves the layers' sizes beside it alone", async () => {
  await mkdir(place, { recursive: true });
  const digest = `sha256:${"1".repeat(64)}`;
  const sizes = { unpacked: 1, transfer: 1, head: "ab".repeat(32) };
  await layerCache(folder).write(digest, sizes);
  const cache = anatomyCache(folder, 3);
  for (let n = 0; n < 6; n++) {
    const before = new Set(await readdir(place));
    await cache.write([`sha256:${n}`], anatomy);
    const name = (await readdir(place)).find((found) => !before.has(found)) ?? "";
    await utimes(join(place, name), 1000 + n, 1000 + n);
  }
  await cache.read(["sha256:1"]);
  await cache.prune();
  await layerCache(folder, 1).prune();
  const kept = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => cache.read([`sha256:${n}`])));
  expect(kept.map((entry) => entry !== null)).toEqual([false, true, false, false, true, true]);
  expect(await layerCache(folder).read(digest)).toEqual(sizes);
});
