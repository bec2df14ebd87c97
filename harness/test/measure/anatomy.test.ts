import { Buffer } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Anatomy } from "../../src/model/anatomy.ts";
import { InputError } from "../../src/model/error.ts";
import { anatomyOf, measureAnatomy, readTree } from "../../src/measure/anatomy.ts";
import { elf } from "./fixtures/elf.ts";
import { chunks } from "./fixtures/samples.ts";
import { entry, file, tar } from "./fixtures/tar.ts";

const readAnatomy = async (stream: AsyncIterable<Uint8Array>): Promise<Anatomy> =>
  anatomyOf(await readTree(stream));

const program = (name: string, data: string | Buffer = "x"): Buffer =>
  entry({ name, mode: 0o755 }, data);
const anatomy = (...parts: readonly Buffer[]) => readAnatomy(chunks(tar(...parts), 1000));

describe("what is no tar, or not whole", () => {
  const whole = tar(file("etc/motd", "hello"), program("app/app", elf()));
  const message = (bytes: Buffer): Promise<string> =>
    readAnatomy(chunks(bytes)).then(
      () => "no error",
      (error: unknown) => {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      },
    );

  test("breaks off", async () => {
    expect(await message(whole.subarray(0, 1500))).toBe(
      "the file system's tar cannot be read: it breaks off at byte 1500",
    );
  });

  test("is something else", async () => {
    expect(await message(Buffer.alloc(5000, "no tar"))).toBe(
      "the file system's tar cannot be read: no tar header before byte 512",
    );
  });

  test("errors of the stream pass through", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 700);
      throw new Error("the engine is gone");
    }
    await expect(readAnatomy(failing())).rejects.toThrow(/^the engine is gone$/);
  });
});

describe("measured with a cache", () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), "slimproof-anatomy-"));
    vi.stubEnv("SLIMPROOF_CACHE", cache);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true, force: true });
  });

  const image = { id: "sha256:1", layers: ["sha256:a", "sha256:b"] };
  const exporting = (archive: Buffer) => vi.fn(async () => chunks(archive));
  const tree = tar(program("bin/sh"), file("lib/apk/db/installed", "P:musl\nV:1\n"));

  test("the same layers are exported once, whatever the image is called", async () => {
    const first = await measureAnatomy(image, exporting(tree), { cache: true });
    const again = exporting(tar());
    expect(await measureAnatomy({ ...image, id: "other" }, again, { cache: true })).toEqual(first);
    expect(again).not.toHaveBeenCalled();
    expect(first.shells.paths).toEqual(["/bin/sh"]);
  });

  test("other layers, or the same in another order, are exported again", async () => {
    await measureAnatomy(image, exporting(tree), { cache: true });
    for (const layers of [["sha256:a"], ["sha256:b", "sha256:a"], []]) {
      const exported = exporting(tar());
      expect(
        (await measureAnatomy({ id: "x", layers }, exported, { cache: true })).packages,
      ).toEqual([]);
      expect(exported).toHaveBeenCalledTimes(1);
    }
  });

  test("not used when it is not wanted", async () => {
    await measureAnatomy(image, exporting(tree), { cache: true });
    const without = await measureAnatomy(image, exporting(tar()), { cache: false });
    expect(without.packages).toEqual([]);
    expect((await measureAnatomy(image, exporting(tar()), { cache: true })).packages).toHaveLength(
      1,
    );
  });

  test("a failure names the image and is not remembered", async () => {
    const broken = measureAnatomy(image, exporting(tree.subarray(0, 100)), { cache: true });
    await expect(broken).rejects.toThrow(
      /^sha256:1: the file system's tar cannot be read: it breaks off at byte 100$/,
    );
    expect((await measureAnatomy(image, exporting(tree), { cache: true })).packages).toHaveLength(
      1,
    );
  });
});
