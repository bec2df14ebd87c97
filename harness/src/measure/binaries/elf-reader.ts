import { Buffer } from "node:buffer";
import type { EntryReader } from "../tar/tar-reader.ts";
import { LONGEST_DYNAMIC, openElf, stringsOf, type ElfFile, type Part } from "./elf.ts";
import type { Segment } from "./elf-headers.ts";

/**
 * How much of a file's beginning is held. What loaders read comes first in every file but Go's, whose section headers, then,
 * lie in front and tell where it is. In 4,500 files of Debian, Node, Go and Python images it ends before 3.4 MB.
 */
const BEGINNING = 4 << 20;
/** Go's section headers end before. */
const HEAD = 1 << 16;
/** What patchelf moved behind all else lies near PT_DYNAMIC, and cargo-auditable's list near the end of what is loaded. */
const NEAR = 1 << 20;
/** Names of sections lie right before their headers. */
const NAMES = 1 << 16;
const MOST_SECTIONS = 1 << 22;
const MOST_STRINGS = 1 << 20;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const SHT_DYNAMIC = 6;

interface Range {
  readonly start: number;
  readonly end: number;
}

/** All that is held of one file. */
const STORE = 12 << 20;
/** Stores that no file needs now: one for each stream, since to make them anew costs more than to fill them. */
const free: Buffer[] = [];

/**
 * Holds of an ELF file of `size` bytes, as it streams past, what `openElf`, `elfOf` and `sectionNamed` read: all of a file of
 * 4 MiB, and 12 MiB at most of one that is larger. Hands it on at the end; the bytes are not valid after that.
 */
export function elfReader(size: number, done: (part: Part) => void): EntryReader {
  let position = 0;
  let store: Buffer | null = null;
  let used = BEGINNING;
  let known = size <= BEGINNING;
  let dynamic: { readonly file: ElfFile; readonly segment: Segment } | null = null;
  const held: (Range & { readonly bytes: Buffer })[] = [];

  const part: Part = (start, length) => {
    const end = start + length;
    if (store && end <= Math.min(position, BEGINNING)) return store.subarray(start, end);
    const range = held.find((it) => it.start <= start && end <= Math.min(it.end, position));
    return range ? range.bytes.subarray(start - range.start, end - range.start) : null;
  };

  /** Asks for a part, which may begin in what is held already; one that has gone by is not to be had. */
  function want(start: number, length: number): void {
    const end = Math.min(start + length, size);
    if (!store || end <= BEGINNING || end <= start || used + end - start > STORE) return;
    if (start < position && position > BEGINNING) return;
    const bytes = store.subarray(used, used + end - start);
    used += bytes.length;
    if (start < position) store.copy(bytes, 0, start, position);
    held.push({ start, end, bytes });
  }

  /** Asks for what lies behind the beginning, once the headers tell what that is. */
  function look(): void {
    const file = openElf(part);
    if (file === null) return;
    const { segments, sections, header } = file;
    let loaded = 0;
    for (const { type, offset, size: length } of segments)
      if (type === PT_LOAD) loaded = Math.max(loaded, offset + length);
    want(loaded, NEAR);
    want(Math.max(0, header.sections.start - NAMES), NAMES + MOST_SECTIONS);
    for (const segment of segments) {
      if (segment.type === PT_INTERP) want(segment.offset, Math.min(segment.size, NAMES));
      if (segment.type !== PT_DYNAMIC) continue;
      dynamic = { file, segment };
      const around = segments.find(
        (it) =>
          it.type === PT_LOAD &&
          it.offset <= segment.offset &&
          segment.offset < it.offset + it.size,
      );
      const start = Math.max(around?.offset ?? segment.offset, segment.offset - NEAR);
      want(start, segment.offset - start + NEAR);
    }
    const strings = sections[sections.find(({ type }) => type === SHT_DYNAMIC)?.link ?? -1];
    if (strings) want(strings.offset, Math.min(strings.size, MOST_STRINGS));
  }

  /** Asks for the names that PT_DYNAMIC speaks of, where they come behind it. */
  function follow(): void {
    if (dynamic === null) return;
    const { file, segment } = dynamic;
    const bytes = part(segment.offset, Math.min(segment.size, LONGEST_DYNAMIC));
    if (bytes === null) return;
    dynamic = null;
    const strings = stringsOf(file, bytes);
    if (strings) want(strings.start, Math.min(strings.length, MOST_STRINGS));
  }

  function take(bytes: Buffer): void {
    store ??= free.pop() ?? Buffer.allocUnsafeSlow(STORE);
    if (position < BEGINNING) bytes.copy(store, position, 0, BEGINNING - position);
    for (const to of held) {
      const from = Math.max(to.start, position);
      const end = Math.min(to.end, position + bytes.length);
      if (from < end) bytes.copy(to.bytes, from - to.start, from - position, end - position);
    }
    position += bytes.length;
    if (dynamic !== null) follow();
    if (known || position < HEAD) return;
    known = true;
    look();
  }

  return {
    data(view) {
      const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
      if (bytes.length === size) {
        // Most files come in one piece, which need not be copied.
        done((start, length) =>
          start + length > size ? null : bytes.subarray(start, start + length),
        );
        return;
      }
      // In steps, so that the headers are known before what lies behind the beginning has gone by.
      for (let at = 0; at < bytes.length; at += HEAD) take(bytes.subarray(at, at + HEAD));
    },
    end() {
      if (store === null) return;
      done(part);
      free.push(store);
      store = null;
    },
  };
}
