import type { Buffer } from "node:buffer";

/** A table of equal entries in an ELF file: where it begins, the length of an entry, how many there are. */
export interface Table {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What the file header tells (elf(5)). */
export interface ElfHeader {
  readonly bits: 32 | 64;
  readonly big: boolean;
  /** e_type: 1 an object, 2 a program, 3 what is position-independent. */
  readonly type: number;
  /** e_machine. */
  readonly machine: number;
  readonly segments: Table;
  readonly sections: Table;
  /** Which section holds the sections' names. */
  readonly names: number;
}

/** A program header. Addresses lose their last bits beyond 2^53, which only kernels use. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes in the file. */
  readonly size: number;
  /** What an offset in the file plus this is in memory, modulo 16: alignment there is what counts. */
  readonly shift: number;
}

export interface Section {
  /** Where its name lies among the sections' names. */
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Of a table with names in it (PT_DYNAMIC's, symbols), the section that holds these. */
  readonly link: number;
}

/** Where the fields lie in 32-bit and in 64-bit files; the lengths are those of whole headers. */
const LAYOUTS = {
  32: {
    header: { size: 52, segments: 28, sections: 32, sizes: 42 },
    segment: { size: 32, flags: 24, offset: 4, address: 8, length: 16 },
    section: { size: 40, address: 12, offset: 16, length: 20, link: 24 },
    word: 4,
  },
  64: {
    header: { size: 64, segments: 32, sections: 40, sizes: 54 },
    segment: { size: 56, flags: 4, offset: 8, address: 16, length: 32 },
    section: { size: 64, address: 16, offset: 24, length: 32, link: 40 },
    word: 8,
  },
} as const;

/** The longest file header. */
export const HEADER_SIZE = 64;
const MAGIC = 0x7f454c46;

/** The header of a file that begins with `head`, 64 bytes or all there are; null when it is no ELF file. */
export function elfHeader(head: Buffer): ElfHeader | null {
  if (head.length < 16 || head.readUInt32BE() !== MAGIC) return null;
  const bits = head[4] === 1 ? 32 : head[4] === 2 ? 64 : null;
  const order = head[5];
  if (bits === null || (order !== 1 && order !== 2)) return null;
  const layout = LAYOUTS[bits].header;
  if (head.length < layout.size) return null;
  const { half, address } = fields(head, { bits, big: order === 2 });
  return {
    bits,
    big: order === 2,
    type: half(16),
    machine: half(18),
    segments: {
      start: address(layout.segments),
      step: half(layout.sizes),
      count: half(layout.sizes + 2),
    },
    sections: {
      start: address(layout.sections),
      step: half(layout.sizes + 4),
      count: half(layout.sizes + 6),
    },
    names: half(layout.sizes + 8),
  };
}

/** Where a table ends; its beginning when its entries are too short to be any. */
export function endOf(table: Table): number {
  return table.start + table.step * table.count;
}

/** The program headers that lie in `bytes`, which begin at the table's start. */
export function segmentsIn(bytes: Buffer, header: ElfHeader): readonly Segment[] {
  const layout = LAYOUTS[header.bits];
  const { segment } = layout;
  const { word, address } = fields(bytes, header);
  return entriesIn(bytes, header.segments, segment.size, (at) => {
    const offset = address(at + segment.offset);
    // The last byte alone: a Number would lose it of a high address.
    const low = bytes[at + segment.address + (header.big ? layout.word - 1 : 0)] ?? 0;
    return {
      type: word(at),
      flags: word(at + segment.flags),
      offset,
      address: address(at + segment.address),
      size: address(at + segment.length),
      shift: (16 + (low % 16) - (offset % 16)) % 16,
    };
  });
}

/** The section headers that lie in `bytes`, which begin at the table's start. */
export function sectionsIn(bytes: Buffer, header: ElfHeader): readonly Section[] {
  const { section } = LAYOUTS[header.bits];
  const { word, address } = fields(bytes, header);
  return entriesIn(bytes, header.sections, section.size, (at) => ({
    name: word(at),
    type: word(at + 4),
    flags: address(at + 8),
    address: address(at + section.address),
    offset: address(at + section.offset),
    size: address(at + section.length),
    link: word(at + section.link),
  }));
}

/** Pairs of a tag and a value, as in PT_DYNAMIC, up to the one of tag 0. */
export function pairsIn(
  bytes: Buffer,
  header: ElfHeader,
): readonly { readonly tag: number; readonly value: number }[] {
  const { address } = fields(bytes, header);
  const step = LAYOUTS[header.bits].word;
  const pairs: { readonly tag: number; readonly value: number }[] = [];
  for (let at = 0; at + 2 * step <= bytes.length; at += 2 * step) {
    const tag = address(at);
    if (tag === 0) break;
    pairs.push({ tag, value: address(at + step) });
  }
  return pairs;
}

function entriesIn<T>(
  bytes: Buffer,
  { step, count }: Table,
  smallest: number,
  read: (at: number) => T,
): readonly T[] {
  const entries: T[] = [];
  if (step < smallest) return entries;
  for (let at = 0; entries.length < count && at + smallest <= bytes.length; at += step)
    entries.push(read(at));
  return entries;
}

function fields(bytes: Buffer, { bits, big }: Pick<ElfHeader, "bits" | "big">) {
  const half = (at: number): number => (big ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  // By shifts, and nothing multiplied by zero: V8 puts each number that was multiplied into memory of its own, and an
  // object file has thousands of sections. That was a third of all that a pass over golang:1.26 left to collect.
  const word = (at: number): number => {
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    const third = bytes[at + 2] as number;
    const fourth = bytes[at + 3] as number;
    return big
      ? ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0
      : ((fourth << 24) | (third << 16) | (second << 8) | first) >>> 0;
  };
  const address = (at: number): number => {
    if (bits === 32) return word(at);
    const high = word(big ? at : at + 4);
    const low = word(big ? at + 4 : at);
    return high === 0 ? low : high * 2 ** 32 + low;
  };
  return { half, word, address };
}
