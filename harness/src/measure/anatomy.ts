import type { Anatomy } from "../model/anatomy.ts";
import { pour } from "../model/byte-stream.ts";
import { InputError } from "../model/error.ts";
import { binarySurvey } from "./binaries/binaries.ts";
import { collectAfter, collector } from "./bytes/collect.ts";
import { causeSurvey } from "./diff/bytes-by-cause.ts";
import { distributionOf } from "./packages/distribution.ts";
import { packageSurvey } from "./packages/packages.ts";
import { surfaceSurvey } from "./surface/surface.ts";
import { tarReader } from "./tar/tar-reader.ts";
import { withoutEngineFiles } from "./tree/engine-files.ts";
import { entryVisitor, type Inventory, type Reading } from "./tree/inventory.ts";
import { merge, merging } from "./tree/merge.ts";
import { lookAround, type Survey } from "./tree/survey.ts";
import { once, type Tree } from "./tree/tree.ts";

/**
 * Reads a merged file system's tar in one pass, as `docker export` writes it: each path once, no whiteouts. Files
 * are hashed unless that is not wanted, none is held. Throws InputError when the tar is none or breaks off, or has more entries than any image;
 * errors of the stream pass through.
 */
export async function readTree(
  stream: AsyncIterable<Uint8Array>,
  reading: Reading = { hashes: true },
): Promise<Tree> {
  const merged = merging();
  merged.layer();
  const visitor = entryVisitor((entry) => merged.add(entry), reading);
  const tar = tarReader((entry) => visitor.entry(entry));
  const passed = collector();
  try {
    await pour(stream, (chunk) => {
      passed(chunk.length);
      tar.write(chunk);
    });
    tar.finish();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the file system's tar cannot be read: ${error.message}`, {
      cause: error,
    });
  }
  collectAfter(visitor.end().count);
  return withoutEngineFiles(merged.end().tree);
}

/** What an exported file system's inventory comes to, as `readTree` has it. */
export function treeOf(inventory: Inventory): Tree {
  return withoutEngineFiles(merge([inventory]).tree);
}

/**
 * What is inside a file system, which `others` are shown in the same walk. Throws InputError when it holds more packages
 * than any image has.
 */
export function anatomyOf(tree: Tree, others: readonly Survey<unknown>[] = []): Anatomy {
  const files = fileSurvey(tree);
  const packages = packageSurvey();
  const surface = surfaceSurvey(tree);
  const binaries = binarySurvey(tree);
  const causes = causeSurvey(tree);
  lookAround(tree, [files, packages, surface, binaries, causes, ...others]);
  return {
    distribution: distributionOf(tree),
    files: files.result(),
    packages: packages.result(),
    ...surface.result(),
    binaries: binaries.result(),
    causes: causes.result(),
  };
}

function fileSurvey(tree: Tree): Survey<Anatomy["files"]> {
  const isFirst = once(tree);
  let count = 0;
  let bytes = 0;
  return {
    look(_path, { inode }) {
      if (inode.kind !== "file") return;
      count += 1;
      if (isFirst(inode)) bytes += inode.size;
    },
    result: () => ({ count, bytes }),
  };
}
