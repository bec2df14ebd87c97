import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { composeArchive, type ImagePlan } from "../../src/bases/archive.ts";
import type { MadeLayer } from "../../src/bases/store.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-archive-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function layer(name: string, content: string): Promise<MadeLayer> {
  const file = join(folder, `${name}.tar`);
  await writeFile(file, content);
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  return { name, file, digest, bytes: Buffer.byteLength(content), facts: {} };
}

async function plans(): Promise<ImagePlan[]> {
  const ground = await layer("ground", "x".repeat(512));
  const top = await layer("top", "odd length");
  const config = { Env: ["PATH=/bin"], Cmd: ["bash"], Labels: { "org.example": "yes" } };
  return [
    { names: ["ground:1"], layers: [ground], config },
    { names: ["top:1", "top:one"], layers: [ground, top], config: { ...config, User: "0" } },
  ];
}

async function compose(images: readonly ImagePlan[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(composeArchive(images, "arm64")));
}

test("the same images give the same bytes, and tar reads them", async () => {
  const bytes = await compose(await plans());
  expect((await compose(await plans())).equals(bytes)).toBe(true);
  expect(bytes.length % 512).toBe(0);
  const file = join(folder, "archive.tar");
  await writeFile(file, bytes);
  const unpacked = await mkdtemp(join(folder, "unpacked-"));
  await $({ quiet: true })`tar --extract --file=${file} --directory=${unpacked}`;
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(unpacked, path), "utf8"));

  const manifest = (await read("manifest.json")) as readonly {
    readonly Config: string;
    readonly RepoTags: readonly string[];
    readonly Layers: readonly string[];
  }[];
  expect(manifest.map((image) => image.RepoTags)).toEqual([["ground:1"], ["top:1", "top:one"]]);
  const [ground, top] = manifest;
  expect(top?.Layers[0]).toBe(ground?.Layers[0]);
  expect(await readFile(join(unpacked, top?.Layers[1] ?? ""), "utf8")).toBe("odd length");
  const image = await readFile(join(unpacked, top?.Config ?? ""));
  // An image's id is the digest of its config, and engines check it.
  expect(top?.Config).toBe(`${createHash("sha256").update(image).digest("hex")}.json`);
  expect(JSON.parse(image.toString())).toMatchObject({
    architecture: "arm64",
    os: "linux",
    config: { User: "0", Labels: { "org.example": "yes" } },
    rootfs: {
      type: "layers",
      diff_ids: top?.Layers.map((path) => `sha256:${path.replace("/layer.tar", "")}`),
    },
    history: [{ created_by: "stand-in layer ground" }, { created_by: "stand-in layer top" }],
  });
});

test("a layer that two images share is in it once", async () => {
  const bytes = await compose(await plans());
  expect(bytes.toString("latin1").split("x".repeat(512)).length - 1).toBe(1);
});
