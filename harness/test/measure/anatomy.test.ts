import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import type { Anatomy } from "../../src/model/anatomy.ts";
import { InputError } from "../../src/model/error.ts";
import { anatomyOf, readTree } from "../../src/measure/anatomy.ts";
import { elf } from "./fixtures/elf.ts";
import { chunks } from "./fixtures/samples.ts";
import { entry, file, tar } from "./fixtures/tar.ts";

const readAnatomy = async (stream: AsyncIterable<Uint8Array>): Promise<Anatomy> =>
  anatomyOf(await readTree(stream));

const program = (name: string, data: string | Buffer = "x"): Buffer =>
  entry({ name, mode: 0o755 }, data);

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
