/** What dive 0.13 said of such images (`images/waste.Dockerfile` holds it against dive itself). */
import { expect, test } from "vitest";
import type { Inode } from "../../harness/src/measure/tree/inode.ts";
import type { Entry } from "../../harness/src/measure/tree/inventory.ts";
import { diveInefficient } from "../dive-rule.ts";

test("every copy counts, the one that shows as well", () => {
  expect(waste([file("/a", 5)], [file("/a", 3)], [file("/a", 2)])).toEqual({ "/a": [10, 3] });
});

test("a whiteout of a file counts as nothing, but makes what it hides count", () => {
  expect(waste([folder("/w"), file("/w/a", 5)], [folder("/w"), file("/w/.wh.a", 0)])).toEqual({
    "/w/a": [5, 2],
  });
});

test("a folder that is removed counts once it was removed twice, by what was in it each time", () => {
  const [made, removed] = [[folder("/w"), file("/w/a", 5)], [file("/.wh.w", 0)]];
  expect(waste(made, removed)).toEqual({});
  expect(waste(made, removed, [folder("/w"), file("/w/b", 2)], removed)).toEqual({ "/w": [7, 2] });
});

test("opaque markers are nothing", () => {
  const opaque = [folder("/w"), file("/w/.wh..wh..opq", 0), file("/w/b", 2)];
  expect(waste([folder("/w"), file("/w/a", 5)], opaque)).toEqual({});
});

test("a hard link is met and holds nothing", () => {
  expect(waste([file("/a", 5), { folder: "", name: "b", link: "/a" }], [file("/b", 5)])).toEqual({
    "/b": [5, 2],
  });
});

test("behind a whiteout of nothing, the rest of a layer is not looked at", () => {
  const lower = [file("/a", 5), folder("/m"), file("/z", 5)];
  expect(waste(lower, [file("/a", 1), file("/m/.wh.y", 0), file("/z", 1)])).toEqual({
    "/a": [6, 2],
  });
});

/** Bytes and copies by path. */
function waste(...layers: readonly (readonly Entry[])[]): Record<string, [number, number]> {
  return Object.fromEntries(
    diveInefficient(layers.map((entries) => ({ entries }))).map(({ path, bytes, met }) => [
      path,
      [bytes, met.length],
    ]),
  );
}

function file(path: string, size: number): Entry {
  return { ...placed(path), inode: inode("file", size) };
}

function folder(path: string): Entry {
  return { ...placed(path), inode: inode("directory", 0) };
}

function placed(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, slash), name: path.slice(slash + 1) };
}

function inode(kind: Inode["kind"], size: number): Inode {
  return {
    kind,
    size,
    mode: 0o755,
    uid: 0,
    gid: 0,
    target: "",
    hash: null,
    capability: null,
    content: null,
  };
}
