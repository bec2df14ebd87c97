import { bytes, percent } from "slimproof";
import type { Look } from "./look.ts";

/** `████░░░░`, `share` of it full: nothing only at 0, and all only from 1 on. */
export function bar(share: number, width: number, look: Look): string {
  const filled = share <= 0 ? 0 : share >= 1 ? width : Math.ceil(share * (width - 1));
  return look.full.repeat(filled) + look.rest.repeat(width - filled);
}

/** Bytes that an image has, of which its twin has `twin`, and what it is to stay below; null is not known, or not asked. */
export interface Sizes {
  readonly size: number | null;
  readonly twin: number | null;
  /** The claim as the contract has it, e.g. `< 25%`, and what that is in bytes where it is known. */
  readonly goal: { readonly text: string; readonly bytes: number | null } | null;
}

/**
 * A line: the size so far as a bar as long as the twin's, the goal marked in it. Empty while nothing is known; grey
 * where what is small does not run (`isDown`), or is nothing at all.
 */
export function sizeLine({ size, twin, goal }: Sizes, look: Look, isDown = false): string {
  const asked = goal ? `goal ${goal.text}` : "";
  if (size === null) return asked && `size not known yet; ${asked}`;
  if (twin === null || twin === 0) return `size ${[bytes(size), asked].filter(Boolean).join("; ")}`;
  const width = 26;
  const cells = [...bar(size / twin, width, look)];
  const holds = goal?.bytes === null || goal?.bytes === undefined || size < goal.bytes;
  if (goal?.bytes !== null && goal?.bytes !== undefined && goal.bytes < twin)
    cells.splice(Math.min(width - 1, Math.floor((goal.bytes / twin) * width)), 1, look.mark);
  const drawn = look.paint(
    isDown || size === 0 ? "dim" : holds ? "green" : "yellow",
    cells.join(""),
  );
  const text = `${bytes(size)} of ${bytes(twin)}, ${percent(size / twin)}`;
  return `size ${drawn} ${[text, asked].filter(Boolean).join("; ")}`;
}
