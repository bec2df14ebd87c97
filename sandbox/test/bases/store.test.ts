import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Facts, Layer, Work } from "../../src/bases/recipe.ts";
import { architecture, openStore } from "../../src/bases/store.ts";

let folder = "";
let made: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-store-"));
  made = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const log = (): void => undefined;

function layer(
  name: string,
  more: Partial<Layer> = {},
  make = (work: Work): Promise<void> => writeFile(join(work.tree, name), name),
): Layer {
  return {
    name,
    on: null,
    source: import.meta.filename,
    make: async (work): Promise<Facts> => {
      made.push(name);
      await make(work);
      return { [name]: "fact" };
    },
    ...more,
  };
}

test("a layer is made once, kept, and found again by the next store", async () => {
  const one = layer("one");
  await using store = await openStore(folder, log);
  const [first, second] = await Promise.all([store.made(one), store.made(one)]);
  expect(first).toBe(second);
  expect(first.bytes).toBe((await stat(first.file)).size);
  await using next = await openStore(folder, log);
  expect(await next.made(layer("one"))).toEqual(first);
  expect(made).toEqual(["one"]);
});

test("it is made on what lies below it, and may open what it needs", async () => {
  const ground = layer("ground");
  const tool = layer("tool");
  const top = layer("top", { on: ground, needs: [tool] }, async ({ tree, open }) => {
    expect(await readdir(tree)).toEqual(["ground"]);
    expect(await readdir(await open(tool))).toEqual(["tool"]);
    await writeFile(join(tree, "top"), "");
  });
  await using store = await openStore(folder, log);
  expect((await store.made(top)).facts).toEqual({ top: "fact" });
  expect(made.toSorted()).toEqual(["ground", "tool", "top"]);
});

test("it is made anew when this machine's settings, or the layer below, change", async () => {
  let setting = "a";
  const ground = layer("ground", { settings: () => Promise.resolve(setting) });
  const top = layer("top", { on: ground });
  for (setting of ["a", "b", "a"]) {
    await using store = await openStore(folder, log);
    await store.made(top);
  }
  expect(made).toEqual(["ground", "top", "ground", "top"]);
});

test("what a killed run left half done is removed, and nothing of it is used", async () => {
  await using first = await openStore(folder, log);
  const { file } = await first.made(layer("one"));
  await writeFile(`${file}.part`, "half");
  await mkdir(join(folder, "work-old"));
  await writeFile(file, "shorter than was noted");
  await using next = await openStore(folder, log);
  await next.made(layer("one"));
  expect(made).toEqual(["one", "one"]);
  expect((await readFile(file)).length % 512).toBe(0);
  expect((await readdir(folder)).filter((name) => /old|part/.test(name))).toEqual([]);
});

test("no more than two are made at a time, and one that fails holds up no other", async () => {
  let now = 0;
  let most = 0;
  const layers = ["a", "b", "c", "d"].map((name) =>
    layer(name, {}, async ({ tree }) => {
      most = Math.max(most, ++now);
      await sleep(20);
      now--;
      if (name === "a") throw new Error("no mirror answers");
      await writeFile(join(tree, name), "");
    }),
  );
  {
    await using store = await openStore(folder, log);
    const results = await Promise.allSettled(layers.map(store.made));
    expect(results.map(({ status }) => status)).toEqual([
      "rejected",
      ...Array<string>(3).fill("fulfilled"),
    ]);
  }
  expect(most).toBe(2);
  expect((await readdir(folder)).filter((name) => name.startsWith("work-"))).toEqual([]);
});

test("a recipe that makes nothing is a mistake", async () => {
  await using store = await openStore(folder, log);
  const idle = layer("idle", {}, () => Promise.resolve());
  await expect(store.made(idle)).rejects.toThrow("the recipe of the layer idle made nothing");
});

test("the two architectures, and no other", () => {
  expect(architecture("x64")).toBe("amd64");
  expect(architecture("arm64")).toBe("arm64");
  expect(() => architecture("s390x")).toThrow("not on s390x");
});
