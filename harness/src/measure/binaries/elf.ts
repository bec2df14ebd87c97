import { Buffer } from "node:buffer";

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

/** Where the fields lie in 32-bit and in 64-bit files (elf(5)). */
const LAYOUTS = {
  1: {
    size: 52,
    phoff: 28,
    phentsize: 42,
    flags: 24,
    offset: 4,
    vaddr: 8,
    filesz: 16,
    entry: 32,
    width: 4,
  },
  2: {
    size: 64,
    phoff: 32,
    phentsize: 54,
    flags: 4,
    offset: 8,
    vaddr: 16,
    filesz: 32,
    entry: 56,
    width: 8,
  },
} as const;

/**
 * The writable segments of an ELF file that begins with `head`, in the order of its headers; or how many bytes of it are
 * needed to tell; or null when this is no ELF file, or one whose headers make no sense.
 */
export function writableRanges(head: Buffer): readonly FileRange[] | number | null {
  if (!MAGIC.subarray(0, head.length).equals(head.subarray(0, MAGIC.length))) return null;
  if (head.length < 16) return 16;
  const layout = head[4] === 1 || head[4] === 2 ? LAYOUTS[head[4]] : null;
  if (layout === null || (head[5] !== 1 && head[5] !== 2)) return null;
  if (head.length < layout.size) return layout.size;

  const big = head[5] === 2;
  const half = (at: number): number => (big ? head.readUInt16BE(at) : head.readUInt16LE(at));
  const word = (at: number): number => (big ? head.readUInt32BE(at) : head.readUInt32LE(at));
  const wide = (at: number): bigint => (big ? head.readBigUInt64BE(at) : head.readBigUInt64LE(at));
  const address = (at: number): number => (head[4] === 1 ? word(at) : Number(wide(at)));

  const first = address(layout.phoff);
  const step = half(layout.phentsize);
  const last = first + step * half(layout.phentsize + 2);
  if (step < layout.entry || last > FARTHEST) return null;
  if (head.length < last) return last;
  const ranges: FileRange[] = [];
  for (let at = first; at < last && ranges.length < MOST_RANGES; at += step) {
    if (word(at) !== PT_LOAD || (word(at + layout.flags) & PF_W) === 0) continue;
    const start = address(at + layout.offset);
    const end = start + address(at + layout.filesz);
    // The last byte alone: a Number would lose it of a high address.
    const low = head[at + layout.vaddr + (big ? layout.width - 1 : 0)] ?? 0;
    if (!Number.isSafeInteger(end)) continue;
    ranges.push({ start, end, shift: (16 + (low % 16) - (start % 16)) % 16 });
  }
  return ranges;
}

const MAGIC = Buffer.from("\x7fELF", "latin1");

/** What an ELF file asks for. */
export interface Elf {
  readonly bits: 32 | 64;
  /** `x86-64`, `aarch64` …, else the number of e_machine. */
  readonly machine: string;
  /** A position-independent program is a shared object too: one with an interpreter, or, linked statically, flagged as a program. */
  readonly kind: "program" | "library" | "object";
  /** The loader (PT_INTERP), null for a static program and for most libraries. */
  readonly interpreter: string | null;
  /** Libraries by name (DT_NEEDED), in order. */
  readonly needed: readonly string[];
  /** Where to look for them: DT_RPATH and DT_RUNPATH, split at colons, `$ORIGIN` unexpanded. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  readonly soname: string | null;
  /** Whether it has no symbol table (.symtab). */
  readonly stripped: boolean;
}
