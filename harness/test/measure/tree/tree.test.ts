import { describe, expect, test } from "vitest";
import { withoutEngineFiles } from "../../../src/measure/tree/engine-files.ts";
import { absolute, type Entry } from "../../../src/measure/tree/inventory.ts";
import { merge } from "../../../src/measure/tree/merge.ts";
import { bytesOf, locate, resolve, walk, type Tree } from "../../../src/measure/tree/tree.ts";
import { device, file, folder, layer, lines, link, symlink } from "./layers.ts";

const treeOf = (...entries: readonly Entry[]): Tree => merge([layer(...entries)]).tree;

test("walking goes from folders to what is in them, in the order of code units", () => {
  const tree = treeOf(
    file("/b"),
    file("/a/z"),
    file("/a/B"),
    file("/a-/x"),
    file("/ä"),
    file("/a.x"),
  );
  expect([...walk(tree)].map(({ path }) => path)).toEqual([
    "/a",
    "/a/B",
    "/a/z",
    "/a-",
    "/a-/x",
    "/a.x",
    "/b",
    "/ä",
  ]);
});

describe("a path leads", () => {
  const tree = treeOf(
    folder("/usr"),
    file("/usr/bin/dash", 5),
    symlink("/usr/bin/sh", "dash"),
    symlink("/bin", "usr/bin"),
    symlink("/abs", "/bin/sh"),
    symlink("/up", "../../../bin/../bin/./sh"),
    symlink("/self", "self"),
    symlink("/none", "nowhere"),
    symlink("/into", "usr/bin/dash/x"),
    symlink("/empty", ""),
  );
  test.each([
    ["/usr/bin/dash", "/usr/bin/dash"],
    ["/bin/sh", "/usr/bin/dash"],
    ["/abs", "/usr/bin/dash"],
    ["/up", "/usr/bin/dash"],
    ["bin/../bin//sh/.", "/usr/bin/dash"],
    ["/../../usr", "/usr"],
    ["/", "/"],
    ["/self", null],
    ["/none", null],
    ["/into", null],
    ["/usr/bin/dash/..", "/usr/bin"],
    ["/usr/nothing", null],
    ["/empty", "/"],
  ])("%s to %s", (path, end) => {
    expect(resolve(tree, path)?.path ?? null).toBe(end);
  });

  test("to a link itself, when that is asked for", () => {
    expect(locate(tree, "/bin/sh")?.path).toBe("/usr/bin/sh");
    expect(locate(tree, "/self")?.node.inode.kind).toBe("symlink");
  });
});

test.each([
  ["usr/bin/", "/usr/bin"],
  ["./usr/bin", "/usr/bin"],
  ["/usr//bin/.", "/usr/bin"],
  ["../../etc/passwd", "/etc/passwd"],
  ["a/../../../b", "/b"],
  ["a/..b/...", "/a/..b/..."],
  [".", "/"],
  ["", "/"],
])("a tar's name %j is %s", (name, path) => {
  expect(absolute(name)).toBe(path);
});

test("bytes of a part count what hard links share once", () => {
  const tree = treeOf(file("/a/x", 10), link("/a/y", "/a/x"), file("/b", 5));
  expect(bytesOf(tree)).toBe(15);
  expect(bytesOf(tree.children.get("a") ?? tree)).toBe(10);
  expect(bytesOf(tree.children.get("b") ?? tree)).toBe(5);
});

test("what engines add is left out, what an image has there is not", () => {
  const added = [
    file("/.dockerenv", 0),
    file("/etc/hosts", 0),
    file("/etc/hostname", 0),
    file("/etc/resolv.conf", 0),
    symlink("/etc/mtab", "/proc/mounts"),
    file("/dev/console", 0),
    folder("/dev/pts"),
    folder("/dev/shm"),
    folder("/proc"),
    folder("/sys"),
  ];
  expect(lines(withoutEngineFiles(treeOf(...added)))).toEqual([]);
  expect(lines(withoutEngineFiles(treeOf(folder("/dev"), folder("/opt"))))).toEqual(["/opt/"]);
  const own = [file("/etc/hosts", 3), file("/etc/passwd", 9), folder("/sys"), file("/sys/x", 1)];
  expect(lines(withoutEngineFiles(treeOf(...added, device("/dev/null"), ...own)))).toEqual([
    "/dev/",
    "/dev/null device",
    "/etc/",
    "/etc/hosts 3 a",
    "/etc/passwd 9 a",
    "/sys/",
    "/sys/x 1 a",
  ]);
});
