import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FolderSize } from "../../../src/model/inspection.ts";
import { foldersOf, largestSurvey } from "../../../src/measure/view/folders.ts";
import type { Entry } from "../../../src/measure/tree/inventory.ts";
import { merge } from "../../../src/measure/tree/merge.ts";
import { surveyed } from "../../../src/measure/tree/survey.ts";
import { bytesOf, type Tree } from "../../../src/measure/tree/tree.ts";
import { file, folder, layer, link, symlink } from "../tree/layers.ts";

const treeOf = (...entries: readonly Entry[]): Tree => merge([layer(...entries)]).tree;

function* all(size: FolderSize): Generator<FolderSize> {
  yield size;
  for (const inside of size.inside) yield* all(inside);
}

test("bytes lie in folders, largest first, what is small left out", () => {
  const tree = treeOf(
    file("/usr/bin/big", 600_000),
    file("/usr/bin/small", 400),
    file("/usr/lib/x", 300_000),
    file("/etc/y", 99_600),
    folder("/empty"),
    symlink("/bin", "usr/bin"),
  );
  expect(foldersOf(tree, bytesOf(tree))).toEqual({
    name: "",
    kind: "folder",
    bytes: 1_000_000,
    files: 4,
    inside: [
      {
        name: "usr",
        kind: "folder",
        bytes: 900_400,
        files: 3,
        inside: [
          {
            name: "bin",
            kind: "folder",
            bytes: 600_400,
            files: 2,
            inside: [{ name: "big", kind: "file", bytes: 600_000, files: 1, inside: [] }],
          },
          {
            name: "lib",
            kind: "folder",
            bytes: 300_000,
            files: 1,
            inside: [{ name: "x", kind: "file", bytes: 300_000, files: 1, inside: [] }],
          },
        ],
      },
      {
        name: "etc",
        kind: "folder",
        bytes: 99_600,
        files: 1,
        inside: [{ name: "y", kind: "file", bytes: 99_600, files: 1, inside: [] }],
      },
    ],
  });
});

test("what hard links share counts once, under the first name", () => {
  const tree = treeOf(file("/b/x", 10), link("/a/x", "/b/x"), file("/c", 5));
  expect(foldersOf(tree, bytesOf(tree)).inside.map(({ name, bytes }) => [name, bytes])).toEqual([
    ["a", 10],
    ["c", 5],
  ]);
  expect(surveyed(tree, largestSurvey)).toEqual([
    { path: "/a/x", bytes: 10 },
    { path: "/c", bytes: 5 },
  ]);
});

test("nothing at all is a folder of nothing", () => {
  const tree = treeOf(file("/empty", 0));
  expect(foldersOf(tree, 0)).toEqual({ name: "", kind: "folder", bytes: 0, files: 1, inside: [] });
  expect(surveyed(tree, largestSurvey)).toEqual([]);
});

describe("bounds", () => {
  test("at most a thousand folders and files, the largest", () => {
    const deep = Array.from({ length: 900 }, (_, n) => file(`${"/d".repeat(n + 1)}/f`, 9000 + n));
    const tree = treeOf(...deep);
    const listed = [...all(foldersOf(tree, bytesOf(tree)))];
    expect(listed.length).toBeLessThanOrEqual(1000);
    expect(listed.length).toBeGreaterThan(900);
    expect(listed[0]?.bytes).toBe(bytesOf(tree));
  });

  test("a hundred files, the largest, in order", () => {
    const sizes = Array.from({ length: 2000 }, (_, n) => (n * 7919) % 2003);
    const tree = treeOf(...sizes.map((size, n) => file(`/f${n}`, size)));
    const largest = surveyed(tree, largestSurvey).map(({ bytes }) => bytes);
    expect(largest).toEqual(sizes.toSorted((a, b) => b - a).slice(0, 100));
  });
});

test("what is listed of a folder is never more than what it holds, for any tree", () => {
  const path = fc
    .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join("/")}`);
  const files = fc.array(fc.tuple(path, fc.nat(3000)), { maxLength: 30 });
  const holds = fc.property(files, (them) => {
    const tree = treeOf(...them.map(([at, size]) => file(at, size)));
    const root = foldersOf(tree, bytesOf(tree));
    expect(root.bytes).toBe(bytesOf(tree));
    for (const { bytes, inside } of all(root)) {
      expect(inside.reduce((sum, it) => sum + it.bytes, 0)).toBeLessThanOrEqual(bytes);
      expect(inside.map((it) => it.bytes)).toEqual(
        inside.map((it) => it.bytes).toSorted((a, b) => b - a),
      );
    }
    const [largest] = surveyed(tree, largestSurvey);
    expect(largest?.bytes ?? 0).toBe(
      Math.max(0, ...[...all(root)].filter(({ kind }) => kind === "file").map((it) => it.bytes)),
    );
  });
  fc.assert(holds, { numRuns: 300 });
});
