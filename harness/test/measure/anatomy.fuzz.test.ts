import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Anatomy, Findings } from "../../src/model/anatomy.ts";
import { InputError } from "../../src/model/error.ts";
import { anatomyOf, readTree } from "../../src/measure/anatomy.ts";
import { bytesOf } from "../../src/measure/tree/tree.ts";
import { elf } from "./fixtures/elf.ts";
import { chunks } from "./fixtures/samples.ts";
import { entry, file, gnuLong, header, pax, seal, tar } from "./fixtures/tar.ts";
import { chunkSize, flipped, flips, place } from "./damage.ts";

const readAnatomy = async (stream: AsyncIterable<Uint8Array>): Promise<Anatomy> =>
  anatomyOf(await readTree(stream));

/** Longest that one small tar may take, milliseconds: far more than it needs, on a busy machine too. */
const HANG = 5000;

const app = elf({ textSize: 200 });
const parts = [
  file("var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\n\n"),
  file("app/node_modules/b/package.json", '{"name": "b", "version": "2"}'),
  file("lib/python3/site-packages/c-3.dist-info/METADATA", "Name: c\nVersion: 3\n"),
  entry({ name: "usr/bin/dash", mode: 0o755 }, "x"),
  entry({ name: "usr/bin/sh", flag: "2", linkname: "dash" }),
  pax({ path: "app/späte/main.go" }),
  file("cut", "package main"),
  gnuLong("L", `app/${"long/".repeat(30)}main.rs`),
  file("cut", ""),
  entry({ name: "app/app", mode: 0o755 }, app),
];
const whole = tar(...parts);

/** What comes of a tar: an anatomy whose parts agree, or the one-line error. Anything else fails the test. */
async function outcome(bytes: Buffer, chunkSize: number): Promise<Anatomy | null> {
  try {
    const tree = await readTree(chunks(bytes, chunkSize));
    const anatomy = anatomyOf(tree);
    for (const { name, version } of anatomy.packages) expect(name && version).not.toBe("");
    for (const part of Object.values(anatomy)) {
      if (!("paths" in Object(part))) continue;
      const { count, paths } = part as Findings;
      expect(paths).toHaveLength(Math.min(count, 20));
      expect(paths).toEqual(paths.toSorted());
      for (const path of paths) expect(path).toMatch(/^\//);
    }
    expect(anatomy.files.bytes).toBe(bytesOf(tree));
    return anatomy;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^[^\n]{1,300}$/);
    return null;
  }
}

describe("a damaged tar gives a clear error or an answer that makes sense", () => {
  test("the seed is sound, in chunks of any size", async () => {
    const right = await outcome(whole, 65_536);
    expect(right?.packages.map(({ kind }) => kind)).toEqual(["deb", "go", "go", "node", "python"]);
    expect([right?.shells.count, right?.sources.count]).toEqual([2, 2]);
    for (const size of [1, 13, 97, 511]) expect(await outcome(whole, size)).toEqual(right);
  });

  test("cut off anywhere", async () => {
    const cut = fc.asyncProperty(place, chunkSize, async (share, size) => {
      const length = Math.floor(share * (whole.length - 1024));
      const between = await outcome(whole.subarray(0, length), size);
      if (between !== null) expect(length % 512).toBe(0);
    });
    await fc.assert(cut, { numRuns: 300, timeout: HANG });
  });

  test("bytes changed anywhere", async () => {
    const changed = fc.asyncProperty(flips, chunkSize, async (changes, size) => {
      await outcome(flipped(whole, changes), size);
    });
    await fc.assert(changed, { numRuns: 500, timeout: HANG });
  });

  test("lying headers with a right checksum", async () => {
    const block = fc.integer({ min: 0, max: whole.length / 512 - 3 });
    const lies = fc.asyncProperty(block, flips, chunkSize, async (n, changes, size) => {
      const lying = Buffer.from(whole);
      seal(flipped(whole.subarray(512 * n, 512 * (n + 1)), changes)).copy(lying, 512 * n);
      await outcome(lying, size);
    });
    await fc.assert(lies, { numRuns: 500, timeout: HANG });
  });

  test("programs with changed headers, in whole tars", async () => {
    const programs = fc.asyncProperty(flips, chunkSize, async (changes, size) => {
      const changed = Buffer.concat([flipped(app.subarray(0, 176), changes), app.subarray(176)]);
      const found = await outcome(tar(entry({ name: "app/app", mode: 0o755 }, changed)), size);
      expect([0, 2]).toContain(found?.packages.length);
    });
    await fc.assert(programs, { numRuns: 500, timeout: HANG });
  });

  test("lists of any bytes, in whole tars", async () => {
    const names = fc.constantFrom(
      "lib/apk/db/installed",
      "var/lib/dpkg/status",
      "app/node_modules/x/package.json",
      "x.egg-info",
    );
    const line = fc.oneof(
      fc.constantFrom(
        "P:",
        "V:",
        "Name:",
        "Version: ",
        "Package: ",
        "\n",
        "\r\n",
        "\0",
        '{"name":',
      ),
      fc.string({ unit: "binary", maxLength: 20 }),
    );
    const lists = fc.asyncProperty(
      names,
      fc.array(line, { maxLength: 40 }),
      chunkSize,
      async (name, lines, size) => {
        expect(await outcome(tar(file(name, lines.join(""))), size)).not.toBeNull();
      },
    );
    await fc.assert(lists, { numRuns: 400, timeout: HANG });
  });
});

describe("hostile tars, whole", () => {
  test("a list that says it has 8 GB and breaks off", async () => {
    const size = 8 * 2 ** 30;
    const head = header({ name: "app/node_modules/x/package.json", size, base256: true });
    expect(await outcome(Buffer.concat([head, Buffer.alloc(100_000, " ")]), 65_536)).toBeNull();
  });

  test("links in a circle, devices, and names that lead elsewhere", async () => {
    const found = await outcome(
      tar(
        entry({ name: "bin/sh", flag: "2", linkname: "sh" }),
        entry({ name: "bin/bash", flag: "1", linkname: "bin/bash", mode: 0o755 }),
        entry({ name: "bin/zsh", flag: "3" }),
        entry({ name: "bin/ksh", flag: "6" }),
        file("../../etc/main.go", ""),
        file("app/\u001b[2J.go", ""),
        entry({ name: "", flag: "5" }),
      ),
      512,
    );
    expect(found?.shells.paths).toEqual([]);
    expect(found?.sources.count).toBe(1);
  });

  test("a hundred thousand sources are counted in bounded memory", async () => {
    const thousand = Array.from({ length: 1000 }, (_, n) => entry({ name: `app/${n}.go` }, "x"));
    const found = await readAnatomy(
      chunks(tar(...Array<Buffer[]>(100).fill(thousand).flat(), file("app/last.go", "xy"))),
    );
    expect(found.sources).toMatchObject({ count: 1001, bytes: 1002 });
    expect(found.sources.paths).toHaveLength(20);
  });
});
