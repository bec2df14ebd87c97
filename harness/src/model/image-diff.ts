import type { Package } from "./anatomy.ts";
import type { Inspection } from "./inspection.ts";

/** All in which a candidate differs from a baseline. What an inspection holds of each is not told again. */
export interface ImageDiff {
  readonly baseline: Inspection;
  readonly candidate: Inspection;
  /** Entries of the config (entrypoint, user, each variable …), sorted by name; the layers are not among them. */
  readonly config: readonly ConfigChange[];
  readonly files: TreeDiff;
  readonly packages: PackageDiff;
}

/** An entry of the config as text, null on the side that does not have it. */
export interface ConfigChange {
  /** `user`, `env.PATH`, `label.maintainer` … */
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** How the file systems of two images differ: `before` is the baseline's, `after` the candidate's. */
export interface TreeDiff {
  /** What only the baseline has, and what only the candidate has. Sorted by path, folders before what is in them. */
  readonly left: readonly DiffEntry[];
  readonly came: readonly DiffEntry[];
  readonly changed: readonly DiffChange[];
  /** Files that are in both and equal, and the bytes of them. */
  readonly same: { readonly files: number; readonly bytes: number };
  /** Files that are in both and were compared by size alone, as their contents could not be hashed (sparse ones). */
  readonly bySize: number;
}

export type EntryKind = "file" | "directory" | "symlink" | "device" | "fifo" | "other";

export interface DiffEntry {
  readonly path: string;
  readonly kind: EntryKind;
  /** Of a file; a file with several names has them at the first one that both images have, else at the first. */
  readonly bytes: number;
}

/** In what a name differs between two images. `links`: the names that are hard links of each other are others. */
export type DiffAspect = "kind" | "content" | "mode" | "owner" | "target" | "capability" | "links";

export interface DiffChange {
  readonly path: string;
  /** At least one. */
  readonly aspects: readonly DiffAspect[];
  readonly before: DiffSide;
  readonly after: DiffSide;
}

export interface DiffSide {
  readonly kind: EntryKind;
  /** Counted as in DiffEntry. */
  readonly bytes: number;
  /** 07777 */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Where a symbolic link leads, else "". */
  readonly target: string;
}

export interface PackageDiff {
  readonly left: readonly Package[];
  readonly came: readonly Package[];
  /** Packages that are in both, in other versions. */
  readonly changed: readonly {
    readonly kind: Package["kind"];
    readonly name: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** How many are in both in the same version. */
  readonly same: number;
}

/** Whether there is nothing in which the two differ, save how they are cut into layers. */
export function isEqual({ config, files, packages }: ImageDiff): boolean {
  return [
    config,
    files.left,
    files.came,
    files.changed,
    packages.left,
    packages.came,
    packages.changed,
  ].every((it) => it.length === 0);
}

/** Whether the two are made of the same layers, in the same order. */
export function haveSameLayers({ baseline, candidate }: ImageDiff): boolean {
  const [ours, theirs] = [baseline.config.layers, candidate.config.layers];
  return ours.length === theirs.length && ours.every((digest, at) => digest === theirs[at]);
}
