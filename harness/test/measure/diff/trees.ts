/** File systems for tests of differences: listed by hand, or generated with hard links, links and folders among them. */
import fc from "fast-check";
import { treeOf as mergedTree } from "../../../src/measure/anatomy.ts";
import type { Tree } from "../../../src/measure/tree/tree.ts";
import { entry, octal, pax, tar } from "../fixtures/tar.ts";
import { inventoryOf } from "../tree/layers.ts";

/** One name of a file system. A hard link to what is not there, or is a folder, is left out by the reader. */
export interface Item {
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "symlink";
  readonly data?: string;
  readonly target?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly capability?: string;
}

const FLAGS = { file: "0", folder: "5", link: "1", symlink: "2" };

/** As `readTree` reads it, without the garbage collection after each, which thousands of small ones would wait for. */
export async function treeOf(items: readonly Item[]): Promise<Tree> {
  const parts = items.map(({ path, kind, data = "", target = "", mode = 0o644, uid, capability }) =>
    Buffer.concat([
      ...(capability === undefined
        ? []
        : [pax({ "SCHILY.xattr.security.capability": capability })]),
      entry(
        {
          name: path,
          flag: FLAGS[kind],
          linkname: target,
          mode,
          ...(uid === undefined ? {} : { at: { 108: octal(uid, 8) } }),
        },
        kind === "file" ? data : "",
      ),
    ]),
  );
  return mergedTree(await inventoryOf(tar(...parts)));
}

const NAMES = ["a", "b", "c"];
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));

const item: fc.Arbitrary<Item> = fc.record({
  path,
  kind: fc.constantFrom("file", "file", "file", "folder", "link", "link", "symlink"),
  data: fc.constantFrom("", "x", "y", "hello", "longer than that"),
  target: path,
  mode: fc.constantFrom(0o644, 0o755, 0o4755),
  uid: fc.constantFrom(0, 1000),
});

/** Any file system of few names, so that two of them share some. */
export const anyItems: fc.Arbitrary<readonly Item[]> = fc.array(item, { maxLength: 12 });
