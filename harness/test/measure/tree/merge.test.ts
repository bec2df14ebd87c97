import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/model/error.ts";
import { merge, type Merged } from "../../../src/measure/tree/merge.ts";
import { bytesOf } from "../../../src/measure/tree/tree.ts";
import {
  device,
  file,
  folder,
  inventoryOf,
  layer,
  lines,
  link,
  opaque,
  symlink,
  whiteout,
  type Layer,
} from "./layers.ts";
import { entry, file as tarFile, tar } from "../fixtures/tar.ts";

/** The tree's lines. Whatever was merged, what is lost and what is shown are together what is stored. */
function shown(...layers: readonly Layer[]): readonly string[] {
  return lines(merged(...layers).tree);
}

function merged(...layers: readonly Layer[]): Merged {
  const result = merge(layers);
  const stored = result.layers.map(({ added, changed }) => added.bytes + changed.bytes);
  const lost = result.lost.map(({ bytes }) => bytes);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  expect(sum(stored) - sum(lost)).toBe(bytesOf(result.tree));
  for (const { stored: from, hidden } of result.lost) expect(from).toBeLessThanOrEqual(hidden);
  return result;
}

const base = layer(
  folder("/a"),
  file("/a/one", 10),
  file("/a/two", 20),
  folder("/a/deep"),
  file("/a/deep/three", 30),
  file("/b", 40),
);

describe("a layer over another", () => {
  test("adds, replaces and keeps", () => {
    const { tree, layers, lost } = merged(
      base,
      layer(file("/a/new", 1), file("/b", 4, "b"), folder("/a", 0o700)),
    );
    expect(lines(tree)).toEqual([
      "/a/",
      "/a/deep/",
      "/a/deep/three 30 a",
      "/a/new 1 a",
      "/a/one 10 a",
      "/a/two 20 a",
      "/b 4 b",
    ]);
    expect(tree.children.get("a")?.inode.mode).toBe(0o700);
    expect(layers).toEqual([
      {
        added: { files: 4, bytes: 100 },
        changed: { files: 0, bytes: 0 },
        removed: { files: 0, bytes: 0 },
      },
      {
        added: { files: 1, bytes: 1 },
        changed: { files: 1, bytes: 4 },
        removed: { files: 0, bytes: 0 },
      },
    ]);
    expect(lost).toMatchObject([{ path: "/b", bytes: 40, stored: 0, hidden: 1 }]);
  });

  test("says which layer stored what, and which it is in now", () => {
    const { tree, lost } = merged(base, layer(file("/b", 1)), layer(file("/b", 2)), layer());
    expect(tree.children.get("b")?.layer).toBe(2);
    expect(tree.children.get("a")?.layer).toBe(0);
    expect(lost).toMatchObject([
      { bytes: 40, stored: 0, hidden: 1 },
      { bytes: 1, stored: 1, hidden: 2 },
    ]);
  });

  test("that only changes a mode stores the file again", () => {
    const { layers, lost, tree } = merged(base, layer(file("/b", 40, "a", 0o755)));
    expect(layers[1]?.changed).toEqual({ files: 1, bytes: 40 });
    expect(lost).toMatchObject([{ path: "/b", bytes: 40, stored: 0, hidden: 1 }]);
    expect(tree.children.get("b")?.inode.mode).toBe(0o755);
  });

  test("makes folders that it does not list, and the root is one of its entries", () => {
    const { tree } = merged(layer(file("/x/y/z"), folder("/", 0o700)));
    expect(lines(tree)).toEqual(["/x/", "/x/y/", "/x/y/z 1 a"]);
    expect(tree.inode.mode).toBe(0o700);
    expect(tree.children.get("x")?.inode.mode).toBe(0o755);
  });

  test("puts a file in the place of a folder, and a folder in that of a file", () => {
    const { tree, layers } = merged(base, layer(file("/a", 5), folder("/b"), file("/b/c", 6)));
    expect(lines(tree)).toEqual(["/a 5 a", "/b/", "/b/c 6 a"]);
    expect(layers[1]).toEqual({
      added: { files: 2, bytes: 11 },
      changed: { files: 0, bytes: 0 },
      removed: { files: 4, bytes: 100 },
    });
  });

  test("puts links and devices in the place of files, and files in theirs", () => {
    expect(
      shown(
        base,
        layer(symlink("/b", "a"), device("/a/one")),
        layer(file("/b", 1), folder("/a/one")),
      ),
    ).toEqual(["/a/", "/a/deep/", "/a/deep/three 30 a", "/a/one/", "/a/two 20 a", "/b 1 a"]);
  });

  test("that has the same path twice shows the later", () => {
    const { lost, tree, layers } = merged(layer(file("/x", 1), file("/x", 2), file("/x", 3)));
    expect(lines(tree)).toEqual(["/x 3 a"]);
    expect(lost.map(({ bytes }) => bytes)).toEqual([1, 2]);
    expect(layers[0]?.added.bytes).toBe(6);
  });
});

describe("whiteouts", () => {
  test("hide a file, and a folder with all that is in it", () => {
    const { tree, layers, lost } = merged(base, layer(whiteout("/b"), whiteout("/a/deep")));
    expect(lines(tree)).toEqual(["/a/", "/a/one 10 a", "/a/two 20 a"]);
    expect(layers[1]?.removed).toEqual({ files: 2, bytes: 70 });
    expect(lost.map(({ path }) => path)).toEqual(["/b", "/a/deep/three"]);
  });

  test("hide nothing of their own layer, whatever comes first", () => {
    for (const entries of [
      [whiteout("/a"), folder("/a"), file("/a/new", 1)],
      [folder("/a"), file("/a/new", 1), whiteout("/a")],
    ]) {
      expect(shown(base, layer(...entries))).toEqual(["/a/", "/a/new 1 a", "/b 40 a"]);
    }
  });

  test("of a folder leave in it what this layer put there, also without listing the folder", () => {
    expect(shown(base, layer(file("/a/deep/new", 1), whiteout("/a")))).toEqual([
      "/a/",
      "/a/deep/",
      "/a/deep/new 1 a",
      "/b 40 a",
    ]);
  });

  test("of nothing, and twice, change nothing", () => {
    const all = shown(base);
    expect(shown(base, layer(whiteout("/none"), whiteout("/a/none/deeper")))).toEqual([
      "/a/",
      "/a/deep/",
      "/a/deep/three 30 a",
      "/a/none/",
      ...all.filter((line) => !/^\/a\/(?:deep.*)?$/.test(line)),
    ]);
    expect(shown(base, layer(whiteout("/b"), whiteout("/b")))).toEqual(
      all.filter((line) => !line.startsWith("/b")),
    );
  });

  test("an opaque folder keeps only what this layer put there, in any order", () => {
    for (const entries of [
      [opaque("/a"), file("/a/new", 1), file("/a/one", 2)],
      [file("/a/new", 1), file("/a/one", 2), opaque("/a")],
      [file("/a/new", 1), opaque("/a"), file("/a/one", 2), opaque("/a")],
    ]) {
      const { tree, layers } = merged(base, layer(...entries));
      expect(lines(tree)).toEqual(["/a/", "/a/new 1 a", "/a/one 2 a", "/b 40 a"]);
      expect(layers[1]?.removed.bytes ?? 0).toBeLessThanOrEqual(60);
    }
  });

  test("an opaque root starts anew", () => {
    expect(shown(base, layer(opaque(""), file("/c", 1)))).toEqual(["/c 1 a"]);
  });

  test("of a link hide the link, not what it leads to", () => {
    const linked = layer(folder("/real"), file("/real/x", 3), symlink("/way", "real"));
    expect(shown(linked, layer(whiteout("/way")))).toEqual(["/real/", "/real/x 3 a"]);
    expect(shown(linked, layer(whiteout("/way/x")))).toEqual(["/real/", "/way -> real"]);
  });

  test("may be directories, or state a size", () => {
    const layers = [
      tar(tarFile("a", "1"), tarFile("b", "2")),
      tar(entry({ name: ".wh.a/", flag: "5" }), tarFile(".wh.b", "not counted")),
    ].map(inventoryOf);
    expect(layers.map(({ bytes }) => bytes)).toEqual([2, 0]);
    expect(shown(...layers)).toEqual([]);
  });

  test("with odd names: what aufs kept at the root is no file, a name after two prefixes is one", () => {
    const odd = layer(file("/.wh.x", 7), file("/plain", 1));
    expect(shown(odd)).toEqual(["/plain 1 a"]);
    const layers = [
      tar(tarFile(".wh..wh.plnk/12.34", "1234"), tarFile(".wh..wh.aufs", ""), tarFile("a", "1")),
      tar(tarFile(".wh..wh.aufs", ""), tarFile("d/.wh..wh.a", "")),
    ].map(inventoryOf);
    expect(layers.map(({ bytes }) => bytes)).toEqual([1, 0]);
    expect(shown(...layers)).toEqual(["/a 1 a".replace(" a", ` ${hashOf(layers[0])}`), "/d/"]);
  });
});

function hashOf(inventory: ReturnType<typeof inventoryOf> | undefined): string {
  const found = inventory?.entries.find(({ name }) => name === "a");
  return found && "inode" in found ? (found.inode.hash ?? "") : "";
}

describe("hard links", () => {
  test("share a file, which counts once and is lost with its last name", () => {
    const linked = layer(file("/x", 5), link("/y", "/x"), link("/z", "/y"));
    expect(shown(linked)).toEqual(["/x 5 a", "/y 5 a = /x", "/z 5 a = /x"]);
    const { layers, lost } = merged(linked, layer(whiteout("/x")), layer(whiteout("/z")));
    expect(layers[1]?.removed).toEqual({ files: 1, bytes: 0 });
    expect(lost).toEqual([]);
    const gone = merged(linked, layer(whiteout("/x"), whiteout("/z")), layer(file("/y", 1)));
    expect(gone.lost).toMatchObject([{ path: "/y", bytes: 5, stored: 0, hidden: 2 }]);
  });

  test("across layers keep what they share in the layer that stores it", () => {
    const { lost, tree } = merged(
      layer(file("/x", 5)),
      layer(link("/y", "/x"), whiteout("/x")),
      layer(whiteout("/y")),
    );
    expect(lines(tree)).toEqual([]);
    expect(lost).toMatchObject([{ path: "/y", bytes: 5, stored: 0, hidden: 2 }]);
  });

  test("to nothing, to folders and to themselves are left out", () => {
    expect(
      shown(layer(folder("/d"), link("/a", "/none"), link("/b", "/d"), link("/c", "/c"))),
    ).toEqual(["/d/"]);
    expect(shown(layer(file("/c", 1), link("/c", "/c")))).toEqual(["/c 1 a"]);
  });

  test("to a symbolic link and to a device are those", () => {
    expect(
      shown(layer(symlink("/s", "x"), device("/n"), link("/a", "/s"), link("/b", "/n"))),
    ).toEqual(["/a -> x", "/b device", "/n device = /b", "/s -> x = /a"]);
  });

  test("in the place of another file lose that", () => {
    const { lost, tree } = merged(layer(file("/x", 5), file("/y", 6)), layer(link("/y", "/x")));
    expect(lines(tree)).toEqual(["/x 5 a", "/y 5 a = /x"]);
    expect(lost).toMatchObject([{ path: "/y", bytes: 6 }]);
  });

  test("in the place of the folder that their file is in keep the file", () => {
    const { tree, lost } = merged(layer(folder("/d"), file("/d/x", 5)), layer(link("/d", "/d/x")));
    expect(lines(tree)).toEqual(["/d 5 a"]);
    expect(lost).toEqual([]);
  });
});

describe("links on the way", () => {
  test("are followed, absolute and relative", () => {
    const linked = layer(
      folder("/usr"),
      folder("/usr/lib"),
      symlink("/lib", "usr/lib"),
      symlink("/usr/way", "/lib"),
    );
    expect(shown(linked, layer(file("/lib/x", 1), file("/usr/way/y", 2)))).toEqual([
      "/lib -> usr/lib",
      "/usr/",
      "/usr/lib/",
      "/usr/lib/x 1 a",
      "/usr/lib/y 2 a",
      "/usr/way -> /lib",
    ]);
  });

  test("never lead out of the root", () => {
    expect(
      shown(layer(folder("/etc"), symlink("/up", "../../../../etc"), file("/up/x", 1))),
    ).toEqual(["/etc/", "/etc/x 1 a", "/up -> ../../../../etc"]);
  });

  test("that lead nowhere, to a file or in a circle make way for a folder", () => {
    const { tree } = merged(
      layer(
        symlink("/none", "nowhere"),
        symlink("/self", "self"),
        symlink("/one", "two"),
        symlink("/two", "one"),
        file("/f", 3),
        symlink("/to-file", "f"),
      ),
      layer(...["none", "self", "one", "to-file", "f"].map((it) => file(`/${it}/x`, 1))),
    );
    expect(lines(tree).filter((line) => line.includes("x"))).toHaveLength(5);
    expect(lines(tree)).toContain("/two -> one");
  });

  test("that lead ever deeper are refused", () => {
    const deep = `/d${"/d".repeat(1500)}`;
    const entries = [folder(deep), symlink("/a", deep), folder(`/a${deep}`)];
    expect(() => merge([layer(...entries)])).toThrow(new InputError("folders more than 2048 deep"));
  });

  test("that lead through each other without end are refused in bounded time", () => {
    const chain = Array.from({ length: 39 }, (_, n) =>
      symlink(`/l${n}`, `${"./".repeat(2000)}l${n + 1}`),
    );
    const many = Array.from({ length: 5000 }, (_, n) => file(`/l0/${n}/x`));
    const work = (): Merged => merge([layer(folder("/l39"), ...chain, ...many)]);
    expect(work).toThrow(new InputError("links that lead through links too often"));
  });
});

describe("many of a kind take no longer than they must", () => {
  test("a hundred thousand whiteouts of as many files", () => {
    const names = Array.from({ length: 100_000 }, (_, n) => `/d/${n}`);
    const { tree, layers } = merged(
      layer(...names.map((name) => file(name, 1))),
      layer(...names.map(whiteout)),
    );
    expect(lines(tree)).toEqual(["/d/"]);
    expect(layers[1]?.removed).toEqual({ files: 100_000, bytes: 100_000 });
  });

  test("opaque folders in opaque folders, over and over, around many files", () => {
    const path = "/d".repeat(200);
    const files = Array.from({ length: 20_000 }, (_, n) => file(`${path}/${n}`, 1));
    const marks = Array.from({ length: 20_000 }, (_, n) => opaque("/d".repeat(1 + (n % 200))));
    const { tree } = merged(layer(...files.map((it) => it)), layer(...files, ...marks));
    expect(bytesOf(tree)).toBe(20_000);
  });
});
