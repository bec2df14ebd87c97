import { Buffer } from "node:buffer";
import { elfHeader, endOf, HEADER_SIZE, segmentsIn } from "./elf-headers.ts";

/** Bytes of a file that a loader maps writable: from `start` to before `end`, in the file. */
export interface FileRange {
  readonly start: number;
  readonly end: number;
  /** What an offset in the file plus this is in memory, modulo 16: alignment there is what counts. */
  readonly shift: number;
}

/** Program headers lie right behind the file header; what is farther away no linker wrote. */
const FARTHEST = 1 << 16;
/** Linkers write one or two. */
const MOST_RANGES = 8;
const PT_LOAD = 1;
const PF_W = 2;

/**
 * The writable segments of an ELF file that begins with `head`, in the order of its headers; or how many bytes of it are
 * needed to tell; or null when this is no ELF file, or one whose headers make no sense.
 */
export function writableRanges(head: Buffer): readonly FileRange[] | number | null {
  const header = elfHeader(head);
  // A file that ends before is no program, whatever it is.
  if (header === null) return head.length < HEADER_SIZE && isBeginning(head) ? HEADER_SIZE : null;
  const last = endOf(header.segments);
  if (last > FARTHEST) return null;
  if (head.length < last) return last;
  return segmentsIn(head.subarray(header.segments.start), header)
    .filter(({ type, flags }) => type === PT_LOAD && (flags & PF_W) !== 0)
    .slice(0, MOST_RANGES)
    .map(({ offset, size, shift }) => ({ start: offset, end: offset + size, shift }))
    .filter(({ end }) => Number.isSafeInteger(end));
}

const MAGIC = Buffer.from("\x7fELF", "latin1");

function isBeginning(head: Buffer): boolean {
  return MAGIC.subarray(0, head.length).equals(head.subarray(0, MAGIC.length));
}
