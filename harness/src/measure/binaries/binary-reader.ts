import { Buffer } from "node:buffer";
import type { EntryReader } from "../tar/tar-reader.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "../tree/inode.ts";
import { cargoPackages } from "../packages/cargo.ts";
import { elfOf, openElf, sectionNamed, type Part } from "./elf.ts";
import { elfReader } from "./elf-reader.ts";
import { goBuildInfo } from "./go-build-info.ts";
import { builtInFolders, libraryListReader } from "./library-lists.ts";
import { interpreterReader } from "./script.ts";

const ELF = Buffer.from("\x7fELF", "latin1");
/** Where cargo-auditable lists what a Rust program was built from. */
const CRATES = ".dep-v0";
const LONGEST_CRATES = 8 << 20;
const SCRIPT = Buffer.from("#!", "latin1");

/**
 * Reads what a file that can be loaded tells of itself: an ELF file, wherever it lies, a script that may be executed; and
 * the lists of libraries of loaders.
 */
export function binaryReader(path: string, entry: TarEntry, found: Found): EntryReader | null {
  return libraryListReader(path, entry, found) ?? byBeginning(path, entry, found);
}

const NOTHING = Buffer.alloc(0);
const NOBODY: readonly EntryReader[] = [];

/** Asks who reads a file when its first four bytes are there. */
function byBeginning(path: string, entry: TarEntry, found: Found): EntryReader {
  let held: Buffer = NOTHING;
  let readers: readonly EntryReader[] | null = null;
  return {
    data(view) {
      let bytes = view;
      if (readers === null) {
        if (held.length > 0 || view.length < ELF.length) {
          held = Buffer.concat([held, view]);
          bytes = held;
        }
        if (bytes.length < ELF.length) return;
        readers = readersOf(bytes, path, entry, found);
      }
      for (const reader of readers) reader.data(bytes);
    },
    end() {
      for (const reader of readers ?? NOBODY) reader.end();
    },
  };
}

function readersOf(
  bytes: Uint8Array,
  path: string,
  entry: TarEntry,
  found: Found,
): readonly EntryReader[] {
  const executable = (entry.mode & 0o111) !== 0;
  if (executable && startsWith(bytes, SCRIPT))
    return [interpreterReader((interpreter) => found({ interpreter }))];
  if (!startsWith(bytes, ELF)) return NOBODY;
  const facts = elfReader(entry.size, (part) => tellElf(part, path, found));
  return executable ? [facts, goReader(path, found)] : [facts];
}

function startsWith(bytes: Uint8Array, mark: Buffer): boolean {
  for (let at = 0; at < mark.length; at++) if (bytes[at] !== mark[at]) return false;
  return true;
}

function tellElf(part: Part, path: string, found: Found): void {
  const file = openElf(part);
  if (file === null) return;
  const elf = elfOf(file);
  const libraryFolders = builtInFolders(elf, file);
  found(libraryFolders ? { elf, libraryFolders } : { elf });
  if (elf.kind === "object") return;
  const crates = sectionNamed(file, CRATES, LONGEST_CRATES);
  const packages = crates ? cargoPackages(crates, path) : [];
  if (packages.length > 0) found({ packages });
}

function goReader(path: string, found: Found): EntryReader {
  const rest = { kind: "go" as const, path, architecture: null, source: null };
  return goBuildInfo((modules) => {
    found({ packages: modules.map(({ name, version }) => ({ ...rest, name, version })) });
  });
}
