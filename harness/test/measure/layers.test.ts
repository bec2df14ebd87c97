import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { readArchive } from "../../src/measure/archive/read.ts";
import { collectAfter } from "../../src/measure/bytes/collect.ts";
import { layersOf, type Layers } from "../../src/measure/layers.ts";
import type { Inventory } from "../../src/measure/tree/inventory.ts";
import * as made from "./fixtures/images.ts";
import { chunks, multi } from "./fixtures/samples.ts";

test("what is in a layer that was let go of is held by nobody, whoever still has what was read", async () => {
  const layers = layersOf({ cache: false, transfer: false, hashes: false });
  const digests = multi.layers.map(made.sha256);
  const archive = made.docker25([multi]);
  const read = await layers.read(digests, (visit) => readArchive(chunks(archive), visit));

  const [first = ""] = digests;
  const inventory = await weakly(layers, first);
  expect(inventory.deref()).toBeDefined();
  layers.release(first);
  await setTimeout(); // a WeakRef holds what it was made of, or was asked for, until the turn is over
  collectAfter(Number.POSITIVE_INFINITY);
  expect(inventory.deref()).toBeUndefined();
  expect(read.images).toHaveLength(1);
});

/** In a function of its own: what it awaits is held while it runs. */
async function weakly(layers: Layers, digest: string): Promise<WeakRef<Inventory>> {
  const inventory = await layers.inventory(digest);
  if (!inventory) throw new Error("it was not read");
  return new WeakRef(inventory);
}
