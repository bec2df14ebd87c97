import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inventoryCache } from "../../../src/measure/cache/inventory-cache.ts";
import type { Inode } from "../../../src/measure/tree/inode.ts";
import type { Entry, Inventory } from "../../../src/measure/tree/inventory.ts";
import { flipped, flips, place } from "../damage.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-inventories-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = fc.string({ unit: "binary", maxLength: 20 });
const count = fc.nat(2 ** 40);
const inode: fc.Arbitrary<Inode> = fc.record({
  kind: fc.constantFrom("file", "directory", "symlink", "device", "fifo", "other"),
  size: count,
  mode: fc.nat(0o7777),
  uid: count,
  gid: count,
  target: text,
  hash: fc.option(text),
  capability: fc.option(text),
  content: fc.option(
    fc.record({ secret: text, distribution: fc.record({ id: text, version: text }) }),
  ),
});
const name = { folder: fc.constantFrom("", "/a", "/a/b"), name: text };
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ ...name, inode }),
  fc.record({ ...name, link: text }),
);
const inventory: fc.Arbitrary<Inventory> = fc.record({ entries: fc.array(entry), bytes: count });

const sample: Inventory = {
  bytes: 3,
  entries: Array.from({ length: 2500 }, (_, at) => ({
    folder: `/folder ${at >> 5}`,
    name: `name ${at}`,
    link: "/there",
  })),
};

async function onlyFile(): Promise<string> {
  const names = await readdir(join(folder, "layers", "inventory"));
  expect(names).toHaveLength(1);
  return join(folder, "layers", "inventory", names[0] ?? "");
}

test("what was written is read, whatever it is", { timeout: 60_000 }, async () => {
  const cache = inventoryCache(folder);
  const roundTrip = fc.asyncProperty(inventory, async (it) => {
    await cache.write("key", it);
    expect(await cache.read("key")).toEqual(it);
  });
  await fc.assert(roundTrip, { numRuns: 100 });
  expect(await cache.has("key")).toBe(true);
  expect(await cache.has("other")).toBe(false);
  expect(await cache.read("other")).toBeNull();
});

test("more than one batch of it", async () => {
  await inventoryCache(folder).write("key", sample);
  expect(await inventoryCache(folder).read("key")).toEqual(sample);
  expect((await readFile(await onlyFile())).length).toBeLessThan(20_000);
});

test("what is damaged in any way is absent", { timeout: 60_000 }, async () => {
  const cache = inventoryCache(folder);
  await cache.write("key", sample);
  const path = await onlyFile();
  const whole = await readFile(path);
  const damaged = fc.asyncProperty(flips, place, fc.boolean(), async (changes, share, cut) => {
    const bytes = cut ? whole.subarray(0, share * whole.length) : flipped(whole, changes);
    await writeFile(path, bytes);
    const found = await cache.read("key");
    // Some bits of a frame's header mean nothing: what was flipped there, or twice, changes no entry.
    if (found !== null) expect(found).toEqual(sample);
  });
  await fc.assert(damaged, { numRuns: 200 });
  await cache.write("key", sample);
  expect(await cache.read("key")).toEqual(sample);
});

test("what lies under another key's name is absent", async () => {
  const cache = inventoryCache(folder);
  await cache.write("key", sample);
  const bytes = await readFile(await onlyFile());
  await rm(await onlyFile());
  await cache.write("other", sample);
  await writeFile(await onlyFile(), bytes);
  expect(await cache.read("other")).toBeNull();
});
