import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changes, pack, snapshot, unpack } from "../../src/bases/tree.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-tree-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fill(root: string, names: readonly string[]): Promise<void> {
  await mkdir(join(root, "etc/deep"), { recursive: true });
  for (const name of names) {
    const path = join(root, "etc", name);
    await writeFile(path, name, { mode: 0o640 });
    // Files of different ages must pack alike.
    await utimes(path, new Date(), Math.random() * 1e9);
  }
  await symlink("a", join(root, "etc/link"));
  await link(join(root, "etc/a"), join(root, "etc/deep/twin"));
}

test("the same contents give the same bytes, in whatever order and whenever they were written", async () => {
  const names = ["a", "Ä", "b c", "-rf", "z".repeat(120)];
  const archives: Buffer[] = [];
  for (const [index, order] of [names, names.toReversed()].entries()) {
    const root = join(folder, String(index));
    await fill(root, order);
    await pack(root, changes(new Map(), snapshot(root)), `${root}.tar`);
    archives.push(await readFile(`${root}.tar`));
  }
  expect(archives[0]?.equals(archives[1] ?? Buffer.alloc(0))).toBe(true);
});

test("a layer on a layer: changed, added, removed, and all else left out", async () => {
  const below = join(folder, "below");
  await fill(below, ["a", "changed", "gone", "same"]);
  await mkdir(join(below, "tmp"));
  await chmod(join(below, "tmp"), 0o1777);
  await mkdir(join(below, "old/inner"), { recursive: true });
  await pack(below, changes(new Map(), snapshot(below)), join(folder, "below.tar"));

  const tree = join(folder, "tree");
  await unpack([join(folder, "below.tar")], tree);
  const before = snapshot(tree);
  await writeFile(join(tree, "etc/changed"), "anew");
  await writeFile(join(tree, "etc/added"), "");
  await rm(join(tree, "etc/gone"));
  await rm(join(tree, "old"), { recursive: true });
  const paths = changes(before, snapshot(tree));
  expect(paths).toEqual([".wh.old", "etc", "etc/.wh.gone", "etc/added", "etc/changed"]);
  await pack(tree, paths, join(folder, "upper.tar"));

  const whole = join(folder, "whole");
  await unpack([join(folder, "below.tar"), join(folder, "upper.tar")], whole);
  expect((await readdir(whole)).sort()).toEqual(["etc", "tmp"]);
  expect((await readdir(join(whole, "etc"))).sort()).toEqual(
    ["a", "added", "changed", "deep", "link", "same"].sort(),
  );
  expect(await readFile(join(whole, "etc/changed"), "utf8")).toBe("anew");
  expect((await lstat(join(whole, "tmp"))).mode & 0o7777).toBe(0o1777);
  expect((await lstat(join(whole, "etc/same"))).mode & 0o7777).toBe(0o640);
  expect((await lstat(join(whole, "etc/a"))).nlink).toBe(2);
});

test("a folder whose mode alone changed is part of the layer", async () => {
  const root = join(folder, "root");
  await mkdir(join(root, "var/lib"), { recursive: true });
  const before = snapshot(root);
  await chmod(join(root, "var/lib"), 0o700);
  expect(changes(before, snapshot(root))).toEqual(["var", "var/lib"]);
});

test("what installing leaves behind is no part of a layer, the folders themselves are", () => {
  const noise = [
    "etc/machine-id",
    "etc/resolv.conf",
    "etc/passwd-",
    "var/log/dpkg.log",
    "var/log/apt",
    "var/lib/apt/lists/lock",
    "var/lib/dpkg/status-old",
    "var/cache/apt/pkgcache.bin",
    "var/cache/ldconfig/aux-cache",
    "tmp/x",
    "dev/null",
    "run/x",
    "root/.cache/pip",
  ];
  const kept = [
    "dev",
    "etc",
    "etc/passwd",
    "root",
    "root/.config",
    "run",
    "run/lock",
    "tmp",
    "var",
    "var/cache",
    "var/cache/apt",
    "var/lib",
    "var/lib/apt",
    "var/lib/apt/extended_states",
    "var/lib/apt/lists",
    "var/lib/dpkg",
    "var/lib/dpkg/status",
    "var/log",
  ];
  const after = new Map([...noise, ...kept].map((path) => [path, "new"]));
  expect(changes(new Map(), after)).toEqual(kept.toSorted());
  // Nor is its removal.
  expect(changes(after, new Map(kept.map((path) => [path, "new"])))).toEqual([]);
});
