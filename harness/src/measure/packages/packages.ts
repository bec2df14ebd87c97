import type { Package } from "../../model/anatomy.ts";
import { InputError } from "../../model/error.ts";
import type { Survey } from "../tree/survey.ts";
import { MOST_PACKAGES } from "./package.ts";

/**
 * The packages of a file system, sorted by kind, name and version. Each installation counts: the same package in two
 * places is two. Fails with InputError beyond 100,000.
 */
export function packageSurvey(): Survey<readonly Package[]> {
  const found: Package[] = [];
  return {
    look(_path, { inode }) {
      if (!inode.content?.packages) return;
      for (const it of inode.content.packages) {
        if (found.length === MOST_PACKAGES)
          throw new InputError(`more than ${MOST_PACKAGES} packages`);
        found.push(it);
      }
    },
    result: () =>
      found.sort(
        (a, b) =>
          order(a.kind, b.kind) ||
          order(a.name, b.name) ||
          order(a.version, b.version) ||
          order(a.path, b.path),
      ),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
