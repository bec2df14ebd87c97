import { InputError } from "../../model/error.ts";
import { paxNumber, paxText, type PaxRecords } from "./pax.ts";
import type { RawHeader } from "./tar-header.ts";

export type EntryKind = "file" | "link" | "symlink" | "directory" | "device" | "fifo" | "other";

/** One entry of a tar, as its headers tell it. Nothing here was checked against a file system: names are hostile. */
export interface TarEntry {
  /** As stored; latin1 where the bytes are no UTF-8, so that no two names fall together by decoding. */
  readonly name: string;
  readonly kind: EntryKind;
  /** Bytes of the file once unpacked, holes of a sparse file included; 0 for all that is no file. */
  readonly size: number;
  /** Whether the data that follow are the file without its holes (and, in pax format 1.0, with their map in front). */
  readonly sparse: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a link or symlink, else "". */
  readonly linkname: string;
  /** Extended attributes and all else, by pax keyword (`SCHILY.xattr.security.capability` …). */
  readonly pax: PaxRecords;
}

/** What the extended headers in front of a header said; they speak of that one entry. */
export interface Extended {
  readonly pax: PaxRecords;
  readonly longName: string | null;
  readonly longLink: string | null;
}

const KINDS: Readonly<Record<string, EntryKind>> = {
  "\0": "file",
  0: "file",
  1: "link",
  2: "symlink",
  3: "device",
  4: "device",
  5: "directory",
  6: "fifo",
  7: "file",
  S: "file",
};

/** An entry, and how many bytes of data follow it. Throws InputError where its headers contradict themselves. */
export function entryOf(
  raw: RawHeader,
  { pax, longName, longLink }: Extended,
): { readonly entry: TarEntry; readonly stored: number } {
  const stated = paxNumber(pax, "size") ?? raw.size;
  const kind = KINDS[raw.flag] ?? "other";
  // A kind that has no data has none whatever size it states: so reads Go's archive/tar, and so Docker.
  const stored = kind === "file" || kind === "other" ? stated : 0;
  const name = longName ?? paxText(pax, "GNU.sparse.name") ?? paxText(pax, "path") ?? raw.name;
  const apparent =
    raw.flag === "S"
      ? raw.realSize
      : (paxNumber(pax, "GNU.sparse.realsize") ?? paxNumber(pax, "GNU.sparse.size"));
  if (apparent !== null && apparent < 0) throw new InputError("a sparse file without a size");
  // The oldest tars know no directories, only files whose name ends in a slash.
  const file = kind === "file" && !(raw.flag === "\0" && name.endsWith("/"));
  const entry: TarEntry = {
    name,
    kind: kind === "file" && !file ? "directory" : kind,
    size: file ? (apparent ?? stated) : 0,
    sparse: apparent !== null,
    mode: raw.mode,
    uid: paxNumber(pax, "uid") ?? raw.uid,
    gid: paxNumber(pax, "gid") ?? raw.gid,
    linkname: longLink ?? paxText(pax, "linkpath") ?? raw.linkname,
    pax,
  };
  return { entry, stored };
}
