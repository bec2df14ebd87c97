import { Buffer } from "node:buffer";
import { text } from "../tar/pax.ts";
import {
  elfHeader,
  HEADER_SIZE,
  pairsIn,
  sectionsIn,
  segmentsIn,
  type ElfHeader,
  type Section,
  type Segment,
  type Table,
} from "./elf-headers.ts";

/** What an ELF file asks for. */
export interface Elf {
  readonly bits: 32 | 64;
  /** `x86-64`, `aarch64` …, else the number of e_machine. */
  readonly machine: string;
  /**
   * A position-independent program is a shared object too: one flagged as a program, or with an interpreter and without a
   * name of its own (libc.so.6 has both). Separate debug information, as all else, is an object.
   */
  readonly kind: "program" | "library" | "object";
  /** The loader (PT_INTERP), null for a static program and for most libraries. */
  readonly interpreter: string | null;
  /** Libraries by name (DT_NEEDED), in order. Null: their names lie too far inside a very large file to be known. */
  readonly needed: readonly string[] | null;
  /** Where to look for them: DT_RPATH and DT_RUNPATH, split at colons, `$ORIGIN` unexpanded. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  readonly soname: string | null;
  /** Whether it has no symbol table (.symtab). */
  readonly stripped: boolean;
}

/** Answers some bytes of a file, null when they are not at hand. */
export type Part = (start: number, length: number) => Buffer | null;

/** An ELF file's tables, as far as they are at hand. */
export interface ElfFile {
  readonly header: ElfHeader;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
  readonly part: Part;
}

/** The machines that container images are made for (e_machine in the System V ABI), as readelf's first word for each. */
const MACHINES: Readonly<Record<number, string>> = {
  3: "i386",
  8: "mips",
  20: "powerpc",
  21: "powerpc64",
  22: "s390",
  40: "arm",
  62: "x86-64",
  183: "aarch64",
  243: "riscv",
  258: "loongarch",
};
const TYPES: Readonly<Record<number, Elf["kind"]>> = { 2: "program", 3: "library" };

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_WRITE = 1;
const SHF_EXECINSTR = 4;
const DT = { needed: 1, strings: 5, stringsSize: 10, soname: 14, rpath: 15, runpath: 29 };
const DT_FLAGS_1 = 0x6ffffffb;
const DF_1_PIE = 0x08000000;
/** A name is a path's at most (PATH_MAX), and a dynamic segment some hundred pairs. */
const LONGEST_NAME = 4096;
export const LONGEST_DYNAMIC = 1 << 16;

/** Opens an ELF file; null when it is none. */
export function openElf(part: Part): ElfFile | null {
  const header = elfHeader(part(0, HEADER_SIZE) ?? part(0, 52) ?? NOTHING);
  if (header === null) return null;
  const bytesOf = ({ start, step, count }: Table): Buffer => part(start, step * count) ?? NOTHING;
  const segments = segmentsIn(bytesOf(header.segments), header);
  return { ...withSections(header), segments, part };

  /** Of 65,280 sections and more the first says how many, and which one holds their names. */
  function withSections(told: ElfHeader): Pick<ElfFile, "header" | "sections"> {
    const { sections } = told;
    const many = sections.start > 0 && sections.count === 0;
    const first =
      many || told.names === 0xffff
        ? sectionsIn(bytesOf({ ...sections, count: 1 }), {
            ...told,
            sections: { ...sections, count: 1 },
          })[0]
        : undefined;
    const all = {
      ...told,
      sections: { ...sections, count: many ? (first?.size ?? 0) : sections.count },
      names: told.names === 0xffff ? (first?.link ?? 0) : told.names,
    };
    return { header: all, sections: sectionsIn(bytesOf(all.sections), all) };
  }
}

/** What a loader, and whoever looks for symbols, reads in an ELF file. */
export function elfOf(file: ElfFile): Elf {
  const { header, segments, sections } = file;
  const debug = sections.some(
    ({ type, flags }) =>
      type === SHT_NOBITS && (flags & SHF_EXECINSTR) !== 0 && (flags & SHF_WRITE) === 0,
  );
  const interpreter = debug ? null : interpreterOf(file);
  const { flags, ...dynamic } = debug ? NO_DYNAMIC : dynamicOf(file);
  const pie = (flags & DF_1_PIE) !== 0 || (interpreter !== null && dynamic.soname === null);
  const type = TYPES[header.type] ?? "object";
  return {
    bits: header.bits,
    machine: MACHINES[header.machine] ?? String(header.machine),
    kind: debug || segments.length === 0 ? "object" : type === "library" && pie ? "program" : type,
    interpreter,
    ...dynamic,
    stripped: !sections.some((section) => section.type === SHT_SYMTAB),
  };
}

/** The bytes of a section by its name, null when it has none or more than `most`. */
export function sectionNamed(file: ElfFile, name: string, most: number): Buffer | null {
  const { part, sections, header } = file;
  const names = sections[header.names];
  if (!names) return null;
  const wanted = sections.find((section) => {
    if (section.size > most || section.name >= names.size) return false;
    const bytes = part(names.offset + section.name, name.length + 1);
    return bytes?.toString("latin1") === `${name}\0`;
  });
  return wanted ? part(wanted.offset, wanted.size) : null;
}

function interpreterOf({ segments, part }: ElfFile): string | null {
  const segment = segments.find(({ type }) => type === PT_INTERP);
  if (!segment || segment.size > LONGEST_NAME) return null;
  const bytes = part(segment.offset, segment.size);
  return bytes === null ? null : text(bytes, 0, bytes.length) || null;
}

type Dynamic = Pick<Elf, "needed" | "rpath" | "runpath" | "soname"> & { readonly flags: number };
const NO_DYNAMIC: Dynamic = { needed: [], rpath: [], runpath: [], soname: null, flags: 0 };

function dynamicOf(file: ElfFile): Dynamic {
  const { segments, part, header } = file;
  const segment = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!segment || segment.size === 0) return NO_DYNAMIC;
  const bytes = part(segment.offset, Math.min(segment.size, LONGEST_DYNAMIC));
  if (bytes === null) return { ...NO_DYNAMIC, needed: null };
  const pairs = pairsIn(bytes, header);
  const valueOf = (wanted: number): number | undefined =>
    pairs.find(({ tag }) => tag === wanted)?.value;
  const flags = valueOf(DT_FLAGS_1) ?? 0;
  const strings = stringsOf(file, bytes);
  if (strings === null) return { ...NO_DYNAMIC, needed: null, flags };

  // Together names cannot be longer than what they lie in, or a small file would become large.
  let rest = strings.length;
  const read = (at: number): string | null => {
    if (at >= strings.length) return null;
    const bytes = part(strings.start + at, Math.min(LONGEST_NAME, strings.length - at));
    const end = bytes?.indexOf(0) ?? -1;
    rest -= end;
    return end <= 0 || rest < 0 ? null : text(bytes as Buffer, 0, end);
  };
  const named = (wanted: number): readonly string[] =>
    pairs.flatMap(({ tag, value }) => (tag === wanted ? (read(value) ?? []) : []));
  const folders = (wanted: number): readonly string[] =>
    named(wanted).flatMap((list) => list.split(":").filter(Boolean));
  return {
    needed: part(strings.start, 1) === null ? null : named(DT.needed),
    rpath: folders(DT.rpath),
    runpath: folders(DT.runpath),
    soname: named(DT.soname)[0] ?? null,
    flags,
  };
}

/** Where the names that PT_DYNAMIC speaks of lie in the file. */
export function stringsOf(
  { segments, header }: Pick<ElfFile, "segments" | "header">,
  dynamic: Buffer,
): { readonly start: number; readonly length: number } | null {
  const pairs = pairsIn(dynamic, header);
  const address = pairs.find(({ tag }) => tag === DT.strings)?.value;
  const length = pairs.find(({ tag }) => tag === DT.stringsSize)?.value;
  if (address === undefined || length === undefined) return null;
  const segment = segments.find(
    ({ type, address: start, size }) =>
      type === PT_LOAD && start <= address && address < start + size,
  );
  return segment ? { start: segment.offset + address - segment.address, length } : null;
}

const NOTHING: Buffer = Buffer.alloc(0);
