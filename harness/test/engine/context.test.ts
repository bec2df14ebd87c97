import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contextFiles, ignoreFile } from "../../src/engine/context.ts";
import { folder } from "./workbench.ts";

const TREE = { Dockerfile: "", "a.txt": "", "d/b.log": "", "d/e/c.txt": "" };

async function sent(
  files: Readonly<Record<string, string>>,
  dockerfile = "Dockerfile",
): Promise<readonly string[]> {
  return (await contextFiles(folder({ ...TREE, ...files }), dockerfile)).toSorted();
}

test("all files are sent, at any depth; links are not followed, and folders are none", async () => {
  const context = folder(TREE);
  mkdirSync(join(context, "empty"));
  symlinkSync("d", join(context, "link"));
  symlinkSync("/nowhere", join(context, "dangling"));
  expect((await contextFiles(context, "Dockerfile")).toSorted()).toEqual([
    "Dockerfile",
    "a.txt",
    "d/b.log",
    "d/e/c.txt",
    "dangling",
    "link",
  ]);
});

test("but those that .dockerignore keeps away", async () => {
  expect(await sent({ ".dockerignore": "# ours\n/d\n!d/e/c.txt\n" })).toEqual([
    ".dockerignore",
    "Dockerfile",
    "a.txt",
    "d/e/c.txt",
  ]);
  expect(await sent({ ".dockerignore": "**/*.log\n.dockerignore\n" })).toEqual([
    "Dockerfile",
    "a.txt",
    "d/e/c.txt",
  ]);
});

test("the Dockerfile is sent always", async () => {
  expect(await sent({ ".dockerignore": "*\n" })).toEqual(["Dockerfile"]);
  expect(await sent({ ".dockerignore": "*\n" }, "./d/../d/b.log")).toEqual(["d/b.log"]);
});

test("a Dockerfile's own file of that kind counts instead, also when it is empty", async () => {
  const files = {
    ".dockerignore": "*\n",
    "Dockerfile.dockerignore": "d\n*ignore\n",
    "d/x.Dockerfile": "",
    "d/x.Dockerfile.dockerignore": "",
  };
  expect(await sent(files)).toEqual(["Dockerfile", "a.txt"]);
  expect(await sent(files, "d/x.Dockerfile")).toHaveLength(8);
  const context = folder({ ...TREE, ...files });
  expect(await ignoreFile(context, "./d/x.Dockerfile")).toBe("d/x.Dockerfile.dockerignore");
  expect(await ignoreFile(context, "a.txt")).toBe(".dockerignore");
  expect(await ignoreFile(join(context, "d"), "b.log")).toBeNull();
});

test("what cannot be read is an error", async () => {
  const context = folder(TREE);
  await expect(contextFiles(join(context, "nowhere"), "Dockerfile")).rejects.toThrow(/ENOENT/);
  mkdirSync(join(context, ".dockerignore"));
  await expect(contextFiles(context, "Dockerfile")).rejects.toThrow(/EISDIR/);
});
