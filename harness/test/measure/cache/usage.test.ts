import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { layerCache } from "../../../src/measure/cache/layer-cache.ts";
import { cacheUsage, pruneCache } from "../../../src/measure/cache/usage.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-usage-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("all that is remembered is counted and removed, and nothing else", async () => {
  await mkdir(join(folder, "engine"));
  await writeFile(join(folder, "engine", "docker.sock"), "");
  await layerCache(folder).write("sha256:a", { unpacked: 1, transfer: null, head: "" });
  await mkdir(join(folder, "layers", "deeper"));
  await writeFile(join(folder, "layers", "deeper", "x"), "12345");
  await symlink(join(folder, "engine"), join(folder, "layers", "link"));

  const usage = await cacheUsage(folder);
  expect(usage).toMatchObject({ folder: join(folder, "layers"), files: 2 });
  expect(usage.bytes).toBeGreaterThan(100);
  expect(await pruneCache(folder)).toEqual(usage);
  expect(await readdir(folder)).toEqual(["engine"]);
  expect(await readdir(join(folder, "engine"))).toEqual(["docker.sock"]);
  expect(await layerCache(folder).read("sha256:a")).toBeNull();
});

test("a cache that is not there is empty", async () => {
  const nothing = { folder: join(folder, "layers"), files: 0, bytes: 0 };
  expect(await cacheUsage(folder)).toEqual(nothing);
  expect(await pruneCache(folder)).toEqual(nothing);
});
