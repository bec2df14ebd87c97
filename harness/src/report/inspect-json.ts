import { walk, type Tree } from "../measure/tree/tree.ts";
import type { Inspection } from "../model/inspection.ts";
import type { Scans } from "../scan/scan.ts";
import { scanJson } from "./scan.ts";

/** One image of a report; its files are listed when their tree is given. */
export interface ReportedImage {
  readonly inspection: Inspection;
  readonly tree: Tree | null;
}

/** One JSON document in the shape of docs/inspect.md, with a line feed at its end. */
export function inspectJson(images: readonly ReportedImage[], scans: Scans | null = null): string {
  const document = {
    schema: 1,
    images: images.map(({ inspection, tree }) => ({
      ...inspection,
      ...(tree ? { files: [...filesOf(tree)] } : {}),
    })),
    ...(scans ? { scan: scanJson(scans) } : {}),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Every name below the root. `bytes` are those of the file that it names: of a hard link, each name has them. */
function* filesOf(tree: Tree): Generator<object> {
  for (const { path, node } of walk(tree)) {
    const { kind, size, mode, uid, gid, target, hash } = node.inode;
    yield { path, kind, bytes: size, mode: octal(mode), uid, gid, target, hash };
  }
}

/** `0755`: JSON has no octal numbers. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
