import type { Anatomy } from "./anatomy.ts";
import type { ImageConfig } from "./image.ts";

/** All that one look at an image tells: its layers, what they waste, where its bytes lie, and what is inside. */
export interface Inspection {
  /** As the user named it: a reference, or the path of an archive or of an OCI layout. */
  readonly name: string;
  readonly config: ImageConfig;
  /**
   * Lowest first; instructions that made none (ENV, CMD …) are not among them. Null, as `size` and `wasted` are, when
   * only the final file system was asked for and the layers were not known from before.
   */
  readonly layers: readonly LayerView[] | null;
  /** Sums of the layers, in bytes. `transfer` is null when it was not asked for and not known from before. */
  readonly size: { readonly unpacked: number; readonly transfer: number | null } | null;
  readonly wasted: Waste | null;
  /** The largest files of the final file system, at most 100, largest first. */
  readonly largest: readonly { readonly path: string; readonly bytes: number }[];
  /** The final file system, without the folders and files that hold less than a thousandth of its bytes. */
  readonly folders: FolderSize;
  readonly anatomy: Anatomy;
}

export interface LayerView {
  /** Digest of the unpacked layer (`sha256:…`). */
  readonly digest: string;
  /** The instruction that made it, as the image's history tells it; null when it tells nothing. */
  readonly instruction: string | null;
  /** Bytes of the regular files in it, hard links counted once. */
  readonly unpacked: number;
  /** Bytes after gzip at level 6; null as in the sum. */
  readonly transfer: number | null;
  /** How it lies in the archive that was read. */
  readonly stored: {
    readonly bytes: number;
    readonly compression: "gzip" | "zstd" | null;
  } | null;
  readonly added: Tally;
  /** Files that replace one of a layer below; the bytes are those of the new ones. */
  readonly changed: Tally;
  /** Files of layers below that it hides; the bytes are those that stay stored though nobody sees them. */
  readonly removed: Tally;
  /** Bytes that it stores and that the final file system does not show. */
  readonly wasted: number;
}

export interface Tally {
  readonly files: number;
  readonly bytes: number;
}

/** Bytes that layers store and that the final file system does not show: files that were replaced or deleted later. */
export interface Waste {
  readonly bytes: number;
  readonly files: number;
  /** The paths that waste most, at most 50, all that was lost at one path together. */
  readonly paths: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly copies: number;
  }[];
}

/** A folder, or a file (without anything inside), and how much lies in it. */
export interface FolderSize {
  /** Its name alone; empty for the root. */
  readonly name: string;
  readonly kind: "folder" | "file";
  readonly bytes: number;
  /** How many files: 1 for a file. */
  readonly files: number;
  /** Largest first; what is too small to be listed is missing, so they need not add up. */
  readonly inside: readonly FolderSize[];
}
