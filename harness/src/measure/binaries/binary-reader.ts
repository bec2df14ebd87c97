import { Buffer } from "node:buffer";
import { both, type EntryReader } from "../tar/tar-reader.ts";
import { holds } from "../bytes/holds.ts";
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

/** Asks who reads a file when its first four bytes are there. */
function byBeginning(path: string, entry: TarEntry, found: Found): EntryReader {
  let held: Buffer = NOTHING;
  let isAsked = false;
  let reader: EntryReader | null = null;
  return {
    data(view) {
      let bytes = view;
      if (!isAsked) {
        if (held.length > 0 || view.length < ELF.length) {
          held = Buffer.concat([held, view]);
          bytes = held;
        }
        if (bytes.length < ELF.length) return;
        isAsked = true;
        reader = readerOf(bytes, path, entry, found);
      }
      reader?.data(bytes);
    },
    end() {
      reader?.end();
    },
  };
}

function readerOf(
  bytes: Uint8Array,
  path: string,
  entry: TarEntry,
  found: Found,
): EntryReader | null {
  const executable = (entry.mode & 0o111) !== 0;
  if (executable && holds(bytes, 0, SCRIPT))
    return interpreterReader((interpreter) => found({ interpreter }));
  if (!holds(bytes, 0, ELF)) return null;
  const facts = elfReader(entry.size, (part) => tellElf(part, path, found));
  return executable ? both(facts, goReader(path, found)) : facts;
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
