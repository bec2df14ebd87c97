import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { basesFolder, courseBases } from "../../src/bases/prepare.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-bases-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a base is named for its folder and the version of what it is built on", async () => {
  const bases = await courseBases();
  expect(bases.map(({ tag }) => tag)).toEqual(["workshop-python:3.13"]);
});

test("a digest is of the files, wherever they lie, and of their names", async () => {
  await inFolder(async (folder) => {
    const digest = async (): Promise<string | undefined> => (await courseBases(folder))[0]?.digest;
    await cp(basesFolder, folder, { recursive: true });
    const before = await digest();
    expect(before).toBe((await courseBases())[0]?.digest);
    await writeFile(join(folder, "python/extra.txt"), "");
    const after = await digest();
    expect(after).not.toBe(before);
    await writeFile(join(folder, "python/extra.txt"), "1");
    expect(await digest()).not.toBe(after);
    await rm(join(folder, "python/extra.txt"));
    expect(await digest()).toBe(before);
  });
});

test("a folder that makes no base with a version is an error that names its file", async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, "ruby"));
    await expect(courseBases(folder)).rejects.toThrow(
      /ruby\/Dockerfile: its last FROM names no version/,
    );
    await writeFile(join(folder, "ruby/Dockerfile"), "FROM scratch\n");
    await expect(courseBases(folder)).rejects.toThrow(/names no version/);
  });
});
