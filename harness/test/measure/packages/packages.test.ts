import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { Package } from "../../../src/model/anatomy.ts";
import { InputError } from "../../../src/model/error.ts";
import { packageSurvey } from "../../../src/measure/packages/packages.ts";
import { inventoryVisitor } from "../../../src/measure/tree/inventory.ts";
import { merge } from "../../../src/measure/tree/merge.ts";
import { surveyed } from "../../../src/measure/tree/survey.ts";
import { entryOf } from "./fixtures/reading.ts";

/** A tree of files that were read. */
async function packagesOfTree(
  files: Readonly<Record<string, string>>,
): Promise<readonly Package[]> {
  const visitor = inventoryVisitor();
  for (const [path, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    const reader = visitor.entry?.(entryOf(path, bytes.length));
    reader?.data(bytes);
    reader?.end();
  }
  return surveyed(merge([await visitor.end()]).tree, packageSurvey);
}

test("sorted by kind, name, version and path; each installation counts", async () => {
  const metadata = (version: string): string => `Name: a\nVersion: ${version}\n`;
  const found = await packagesOfTree({
    "/z/a-1.dist-info/METADATA": metadata("1"),
    "/b/a-2.dist-info/METADATA": metadata("2"),
    "/b/a-1.dist-info/METADATA": metadata("1"),
    "/lib/apk/db/installed": "P:z\nV:1\n\nP:b\nV:1\n",
  });
  expect(
    found.map(({ kind, name, version, path }) => `${kind} ${name} ${version} ${path}`),
  ).toEqual([
    "apk b 1 /lib/apk/db/installed",
    "apk z 1 /lib/apk/db/installed",
    "python a 1 /b/a-1.dist-info/METADATA",
    "python a 1 /z/a-1.dist-info/METADATA",
    "python a 2 /b/a-2.dist-info/METADATA",
  ]);
});

test("more than any image has are an error", async () => {
  const one = "P:a\nV:1\n\n";
  await expect(packagesOfTree({ "/lib/apk/db/installed": one.repeat(100_001) })).rejects.toThrow(
    new InputError("more than 100000 packages"),
  );
  const two = { "/lib/apk/db/installed": one.repeat(50_000), "/usr/lib/apk/db/installed": one };
  expect(await packagesOfTree(two)).toHaveLength(50_001);
});
