/** Writes images as one archive that `docker load` takes: each layer once, whichever images share it. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Architecture, Config } from "./recipe.ts";
import type { MadeLayer } from "./store.ts";
import { EPOCH } from "./tree.ts";

export interface ImagePlan {
  /** References with a tag. */
  readonly names: readonly string[];
  /** Lowest first. */
  readonly layers: readonly MadeLayer[];
  readonly config: Config & { readonly Labels: Readonly<Record<string, string>> };
}

/**
 * The bytes of the archive, in the form that `docker save` wrote before OCI layouts, which every engine reads:
 * https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format
 */
export async function* composeArchive(
  images: readonly ImagePlan[],
  architecture: Architecture,
): AsyncGenerator<Uint8Array> {
  const layers = new Map<string, MadeLayer>();
  const manifest: object[] = [];
  for (const image of images) {
    const config = Buffer.from(JSON.stringify(imageConfig(image, architecture)));
    const file = `${createHash("sha256").update(config).digest("hex")}.json`;
    for (const layer of image.layers) layers.set(layer.digest, layer);
    manifest.push({ Config: file, RepoTags: image.names, Layers: image.layers.map(path) });
    yield* entry(file, config);
  }
  for (const layer of layers.values()) {
    yield header(path(layer), layer.bytes);
    yield* createReadStream(layer.file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
    yield padding(layer.bytes);
  }
  yield* entry("manifest.json", Buffer.from(JSON.stringify(manifest)));
  yield Buffer.alloc(1024);
}

function path(layer: MadeLayer): string {
  return `${layer.digest.replace("sha256:", "")}/layer.tar`;
}

function imageConfig({ layers, config }: ImagePlan, architecture: Architecture): object {
  const created = new Date(EPOCH * 1000).toISOString();
  return {
    architecture,
    os: "linux",
    created,
    config,
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(({ name }) => ({ created, created_by: `stand-in layer ${name}` })),
  };
}

function* entry(name: string, content: Buffer): Generator<Uint8Array> {
  yield header(name, content.length);
  yield content;
  yield padding(content.length);
}

/** A ustar header of a regular file: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 */
function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  block.write(name, 0, 100);
  block.write(octal(0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(EPOCH, 11), 136);
  block.write(" ".repeat(8), 148);
  block.write("0", 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((512 - (size % 512)) % 512);
}
