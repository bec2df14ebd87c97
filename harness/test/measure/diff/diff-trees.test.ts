import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffTrees } from "../../../src/measure/diff/diff-trees.ts";
import { bytesOf, walk, type Tree } from "../../../src/measure/tree/tree.ts";
import type { TreeDiff } from "../../../src/model/image-diff.ts";
import { anyItems, treeOf, type Item } from "./trees.ts";

async function diff(a: readonly Item[], b: readonly Item[]): Promise<TreeDiff> {
  return diffTrees(await treeOf(a), await treeOf(b));
}

const file = (path: string, more: Partial<Item> = {}): Item => ({
  path,
  kind: "file",
  data: "x",
  ...more,
});
const link = (path: string, target: string): Item => ({ path, kind: "link", target });

describe("what left, came, and stayed", () => {
  test("by name, with the bytes of files", async () => {
    expect(
      await diff(
        [file("usr/bin/gcc", { data: "12345" }), file("etc/motd", { data: "hi" })],
        [file("app", { data: "123" }), file("etc/motd", { data: "hi" })],
      ),
    ).toEqual({
      left: [
        { path: "/usr", kind: "directory", bytes: 0 },
        { path: "/usr/bin", kind: "directory", bytes: 0 },
        { path: "/usr/bin/gcc", kind: "file", bytes: 5 },
      ],
      came: [{ path: "/app", kind: "file", bytes: 3 }],
      changed: [],
      same: { files: 1, bytes: 2 },
      bySize: 0,
    });
  });

  test("a folder that became a file leaves with all that was in it", async () => {
    const { left, changed } = await diff([file("app/main")], [file("app")]);
    expect(left.map(({ path }) => path)).toEqual(["/app/main"]);
    expect(changed).toMatchObject([{ path: "/app", aspects: ["kind"], after: { bytes: 1 } }]);
  });
});

describe("what changed is said", () => {
  const symlink = (target: string): Item => ({ path: "a", kind: "symlink", target });
  test.each<[string, Item, Item, readonly string[]]>([
    ["contents of the same size", file("a"), file("a", { data: "y" }), ["content"]],
    ["size", file("a"), file("a", { data: "xx" }), ["content"]],
    ["mode", file("a"), file("a", { mode: 0o755 }), ["mode"]],
    ["setuid", file("a", { mode: 0o755 }), file("a", { mode: 0o4755 }), ["mode"]],
    ["owner", file("a", { uid: 0 }), file("a", { uid: 65532 }), ["owner"]],
    ["kind", file("a"), symlink("b"), ["kind"]],
    ["where a link leads", symlink("b"), symlink("c"), ["target"]],
    ["not a link's mode", symlink("b"), { ...symlink("b"), mode: 0o777 }, []],
    ["capability", file("a"), file("a", { capability: "\u0001" }), ["capability"]],
    [
      "several at once",
      file("a"),
      file("a", { data: "y", mode: 0o600, uid: 0 }),
      ["content", "mode", "owner"],
    ],
    [
      "a folder's mode",
      { path: "a", kind: "folder" },
      { path: "a", kind: "folder", mode: 0o700 },
      ["mode"],
    ],
  ])("%s", async (_, before, after, aspects) => {
    const { changed, left, came } = await diff([before], [after]);
    expect({ changed: changed.map((it) => it.aspects), left, came }).toEqual({
      changed: aspects.length > 0 ? [aspects] : [],
      left: [],
      came: [],
    });
  });

  test("a hard link that became a copy, with the bytes that the copy takes", async () => {
    const { changed } = await diff([file("a"), link("b", "a")], [file("a"), file("b")]);
    expect(changed).toMatchObject([
      { path: "/b", aspects: ["links"], before: { bytes: 0 }, after: { bytes: 1 } },
    ]);
  });

  test("a file of two names that lost one frees nothing", async () => {
    expect(
      await diff([file("a", { data: "123" }), link("b", "a")], [file("b", { data: "123" })]),
    ).toEqual({
      left: [{ path: "/a", kind: "file", bytes: 0 }],
      came: [],
      changed: [],
      same: { files: 1, bytes: 3 },
      bySize: 0,
    });
  });
});

describe("of any two file systems", () => {
  const two = (check: (a: Tree, b: Tree) => void): Promise<void> =>
    fc.assert(
      fc.asyncProperty(anyItems, anyItems, async (a, b) => check(await treeOf(a), await treeOf(b))),
      { numRuns: 300 },
    );
  const sum = (parts: readonly { readonly bytes: number }[]): number =>
    parts.reduce((total, { bytes }) => total + bytes, 0);

  test("the bytes add up on either side", async () => {
    await two((a, b) => {
      const { left, came, changed, same } = diffTrees(a, b);
      expect(sum(left) + sum(changed.map((it) => it.before)) + same.bytes).toBe(bytesOf(a));
      expect(sum(came) + sum(changed.map((it) => it.after)) + same.bytes).toBe(bytesOf(b));
    });
  });

  test("each name is told once, and where it belongs", async () => {
    await two((a, b) => {
      const { left, came, changed } = diffTrees(a, b);
      const [ours, theirs] = [a, b].map((tree) => new Set([...walk(tree)].map(({ path }) => path)));
      const paths = (list: readonly { readonly path: string }[]): string[] =>
        list.map((it) => it.path);
      expect(paths(left)).toEqual([...(ours ?? [])].filter((it) => !theirs?.has(it)));
      expect(paths(came)).toEqual([...(theirs ?? [])].filter((it) => !ours?.has(it)));
      expect(paths(changed).filter((it) => !ours?.has(it) || !theirs?.has(it))).toEqual([]);
    });
  });

  test("what is not changed is told equal by whoever looks at it alone", async () => {
    await two((a, b) => {
      const changed = new Set(diffTrees(a, b).changed.map(({ path }) => path));
      const facts = (tree: Tree): Map<string, string> =>
        new Map(
          [...walk(tree)].map(({ path, node: { inode } }) => {
            const { kind, size, mode, uid, gid, target, hash } = inode;
            const shown =
              kind === "symlink"
                ? { kind, uid, gid, target }
                : { kind, size, mode, uid, gid, hash };
            return [path, JSON.stringify(shown)];
          }),
        );
      const [ours, theirs] = [facts(a), facts(b)];
      for (const [path, fact] of ours)
        if (theirs.has(path) && theirs.get(path) !== fact) expect(changed).toContain(path);
    });
  });

  test("seen from the other side it is the same difference", async () => {
    await two((a, b) => {
      const [there, back] = [diffTrees(a, b), diffTrees(b, a)];
      expect(back.left).toEqual(there.came);
      expect(back.came).toEqual(there.left);
      expect(back.same).toEqual(there.same);
      expect(
        back.changed.map(({ path, before, after }) => ({ path, before: after, after: before })),
      ).toEqual(there.changed.map(({ path, before, after }) => ({ path, before, after })));
    });
  });

  test("one differs in nothing from itself", async () => {
    await two((a) => {
      expect(diffTrees(a, a)).toMatchObject({
        left: [],
        came: [],
        changed: [],
        same: { bytes: bytesOf(a) },
      });
    });
  });
});
