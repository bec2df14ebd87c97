import type { FolderSize } from "../model/inspection.ts";
import { bytes, percent } from "../model/quantity.ts";
import { bar, counted } from "./figures.ts";
import { cutPath, harmless, padded, type Paint } from "./text.ts";

export interface Shown {
  /** How deep below the root. */
  readonly depth: number;
  /** How many of a folder. */
  readonly top: number;
}

interface Row {
  readonly indent: number;
  readonly name: string;
  readonly bytes: number;
  readonly files: string;
}

const BAR = 14;
/** Right-aligned: bytes, share, files; the bar behind a blank. */
const FIGURES = 8 + 8 + 15 + 2 + BAR;

/** The biggest folders and files as an indented tree, each with its bytes, its share and how many files are in it. */
export function folderLines(
  root: FolderSize,
  shown: Shown,
  paint: Paint,
  columns: number,
): string[] {
  const room = columns - 4 - FIGURES;
  return rowsIn(root, 0, shown, root.bytes).map(({ indent, name, bytes: size, files }) => {
    const share = size / root.bytes;
    const margin = " ".repeat(indent * 2);
    const place = padded(margin + cutPath(name, room - margin.length), room);
    const figures = `${bytes(size).padStart(8)}${percent(share).padStart(8)}${files.padStart(15)}`;
    return `    ${place}${figures}  ${paint("cyan", bar(share, BAR))}`.trimEnd();
  });
}

/** What holds less than a hundredth of all is told together in one row. */
function rowsIn(folder: FolderSize, indent: number, shown: Shown, total: number): Row[] {
  if (indent >= shown.depth) return [];
  const worth = folder.inside
    .filter((it) => it.bytes > 0 && it.bytes * 100 >= total)
    .slice(0, shown.top);
  const rows = worth.flatMap((it): Row[] => {
    const { path, end } = withOnlyChild(it);
    return [
      {
        indent,
        name: `${indent === 0 ? "/" : ""}${harmless(path)}${end.kind === "folder" ? "/" : ""}`,
        bytes: end.bytes,
        files: end.kind === "folder" ? counted(end.files, "file") : "",
      },
      ...rowsIn(end, indent + 1, shown, total),
    ];
  });
  const rest = folder.bytes - worth.reduce((sum, it) => sum + it.bytes, 0);
  if (worth.length > 0 && rest * 100 >= total && rest > 0)
    rows.push({ indent, name: "…", bytes: rest, files: "" });
  return rows;
}

/** `usr/local/go` in one row, where a folder holds nothing else. */
function withOnlyChild(folder: FolderSize): { readonly path: string; readonly end: FolderSize } {
  let end = folder;
  let path = folder.name;
  for (;;) {
    const [only] = end.inside;
    if (!only || only.bytes !== end.bytes || only.files !== end.files) return { path, end };
    path += `/${only.name}`;
    end = only;
  }
}
