import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { layerCache } from "../../../src/measure/cache/layer-cache.ts";
import { cacheFolder } from "../../../src/model/cache-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-cache-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, "0")}`;
const pathOf = (n: number): string => join(folder, "layers", `${digestOf(n).slice(7)}.json`);
const layer = { unpacked: 5, transfer: 20, head: "ab".repeat(32) };
const names = async (): Promise<readonly string[]> =>
  (await readdir(join(folder, "layers"))).sort();

describe("where it is", () => {
  test.each([
    [{ SLIMPROOF_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "/a"],
    [{ XDG_CACHE_HOME: "/b" }, "/b/slimproof"],
  ])("%j", (env, path) => {
    expect(cacheFolder(env)).toBe(path);
  });

  test("a relative XDG_CACHE_HOME does not count", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "b" })).toBe(cacheFolder({}));
    expect(cacheFolder({})).toMatch(/\/\.cache\/slimproof$/);
  });
});

test("what was written is read, by another process too", async () => {
  await layerCache(folder).write(digestOf(1), layer);
  expect(await layerCache(folder).read(digestOf(1))).toEqual(layer);
  expect(await layerCache(folder).read(digestOf(2))).toBeNull();
  expect(await names()).toEqual([`${digestOf(1).slice(7)}.json`]);
});

describe("an entry that is not ours counts as absent, and is written anew", () => {
  test.each([
    ["empty", () => ""],
    ["cut off", (text: string) => text.slice(0, 40)],
    ["of another version", (text: string) => text.replace('"version":1', '"version":2')],
    ["of another zlib", (text: string) => text.replace(/zlib [^"]+/, "zlib 0.9 vax")],
    ["of another layer", (text: string) => text.replace(digestOf(1), digestOf(2))],
    ["with a negative size", (text: string) => text.replace('"unpacked":5', '"unpacked":-5')],
    ["with half a byte", (text: string) => text.replace('"transfer":20', '"transfer":0.5')],
    ["without a size", (text: string) => text.replace(',"transfer":20', "")],
    ["with more in it", (text: string) => text.replace("{", '{"more":1,')],
    ["too large", (text: string) => text + " ".repeat(5000)],
  ])("%s", async (_name, spoil) => {
    const cache = layerCache(folder);
    await cache.write(digestOf(1), layer);
    const text = await readFile(pathOf(1), "utf8");
    expect(spoil(text)).not.toBe(text);
    await writeFile(pathOf(1), spoil(text));
    expect(await cache.read(digestOf(1))).toBeNull();
    await cache.write(digestOf(1), layer);
    expect(await cache.read(digestOf(1))).toEqual(layer);
  });

  test("a folder, or a link to nowhere", async () => {
    await mkdir(pathOf(1), { recursive: true });
    await symlink("/nowhere", pathOf(2));
    const cache = layerCache(folder);
    expect(await cache.read(digestOf(1))).toBeNull();
    expect(await cache.read(digestOf(2))).toBeNull();
    await cache.write(digestOf(2), layer);
    expect(await cache.read(digestOf(2))).toEqual(layer);
  });
});

test("a digest that would lead out of the folder is not remembered", async () => {
  const digest = `sha256:../${"a".repeat(61)}`;
  await layerCache(folder).write(digest, layer);
  expect(await layerCache(folder).read(digest)).toBeNull();
  expect(await readdir(folder)).toEqual(["layers"]);
  expect(await names()).toEqual([]);
});

test("a cache that cannot be written is no error, and nothing is left behind", async () => {
  await mkdir(pathOf(1), { recursive: true });
  await layerCache(folder).write(digestOf(1), layer);
  expect(await names()).toEqual([`${digestOf(1).slice(7)}.json`]);
  await writeFile(join(folder, "file"), "");
  const nowhere = layerCache(join(folder, "file"));
  await nowhere.write(digestOf(1), layer);
  await nowhere.prune();
  expect(await nowhere.read(digestOf(1))).toBeNull();
});

describe("pruning", () => {
  test("keeps what was used last", async () => {
    const cache = layerCache(folder, 3);
    for (let n = 0; n < 6; n++) {
      await cache.write(digestOf(n), layer);
      await utimes(pathOf(n), 1000 + n, 1000 + n);
    }
    await cache.read(digestOf(1));
    await cache.prune();
    expect(await names()).toEqual([1, 4, 5].map((n) => `${digestOf(n).slice(7)}.json`));
  });

  test("removes what killed processes left half written, and nothing of the living or of others", async () => {
    const layers = join(folder, "layers");
    await mkdir(layers);
    const left = (pid: number): string => `.${pid}.00000000-0000-4000-8000-000000000000.tmp`;
    // No process has this number: it is beyond what Linux gives (4,194,304).
    const dead = left(2 ** 22 + 1);
    const own = left(process.pid);
    const old = left(process.ppid);
    for (const name of [dead, own, old, "notes.txt"]) await writeFile(join(layers, name), "{");
    await utimes(join(layers, old), 1000, 1000);
    await layerCache(folder).prune();
    expect(await names()).toEqual([own, "notes.txt"]);
  });
});

test("many writers of the same layers leave whole entries", async () => {
  const digests = [1, 2, 3].map(digestOf);
  await Promise.all(
    Array.from({ length: 30 }, (_, n) => layerCache(folder).write(digests[n % 3] ?? "", layer)),
  );
  expect(await names()).toHaveLength(3);
  for (const digest of digests) expect(await layerCache(folder).read(digest)).toEqual(layer);
});
