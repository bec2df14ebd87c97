import type { Package } from "../../model/anatomy.ts";
import { InputError } from "../../model/error.ts";
import { goBuildInfo } from "../binaries/go-build-info.ts";
import type { EntryReader } from "../archive/layer.ts";
import { lineReader, wholeReader } from "../bytes/lines.ts";
import type { TarEntry } from "../tar/tar-entry.ts";

/** Collects the packages of a file system as its entries stream past. */
export interface Packages {
  /** Who reads an entry's data, or null when it lists no packages. */
  reader(path: string, entry: TarEntry): EntryReader | null;
  /** All, sorted by kind, name and version. Each installation counts: the same package in two places is two. */
  all(): readonly Package[];
}

/** Some ten times what the largest images hold; a list this long was made to fill our memory. */
const MOST = 100_000;
/** npm allows names of 214 characters; what is far longer is no name. */
const LONGEST = 1024;
/** The largest package.json in the npm registry's most used packages are some 50 kB. */
const MANIFEST_LIMIT = 1 << 20;

type Add = (name: string | undefined, version: string | undefined) => void;

/**
 * Reads the lists of dpkg (`/var/lib/dpkg/status`, and distroless' `status.d`) and apk, and of each installation of a
 * Python distribution (`*.dist-info/METADATA`, `*.egg-info`), an npm package (`node_modules/NAME/package.json`) and a Go
 * program (the modules and the standard library named in it).
 */
export function packages(): Packages {
  const found: Package[] = [];
  const adding =
    (kind: Package["kind"]): Add =>
    (name, version) => {
      if (!name || !version || name.length > LONGEST || version.length > LONGEST) return;
      if (found.length === MOST) throw new InputError(`more than ${MOST} packages`);
      found.push({ kind, name, version });
    };

  return {
    reader(path, entry) {
      // A sparse file's data come without its holes; neither engines nor package managers write such lists.
      if (entry.kind !== "file" || entry.sparse) return null;
      if (DPKG.test(path)) return path.endsWith(".md5sums") ? null : dpkgReader(adding("deb"));
      if (APK.test(path)) return apkReader(adding("apk"));
      if (PYTHON.test(path)) return pythonReader(adding("python"));
      if (NODE.test(path)) return entry.size > MANIFEST_LIMIT ? null : nodeReader(adding("node"));
      if ((entry.mode & 0o111) === 0) return null;
      const add = adding("go");
      return goBuildInfo((modules) => modules.forEach(({ name, version }) => add(name, version)));
    },
    all: () =>
      found.sort(
        (a, b) => order(a.kind, b.kind) || order(a.name, b.name) || order(a.version, b.version),
      ),
  };
}

const DPKG = /^\/var\/lib\/dpkg\/status(?:\.d\/[^/]+)?$/;
const APK = /^\/(?:usr\/)?lib\/apk\/db\/installed$/;
const PYTHON = /\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/;
const NODE = /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/;

/** Paragraphs of `Field: value` (deb-control(5)); `Status` is missing in distroless, where all that is listed is there. */
function dpkgReader(add: Add): EntryReader {
  let fields = new Map<string, string>();
  const flush = (): void => {
    const status = fields.get("Status");
    if (status === undefined || status.endsWith(" installed")) {
      add(fields.get("Package"), fields.get("Version"));
    }
    fields = new Map();
  };
  return lineReader((line) => {
    const field = /^(Package|Version|Status): *(.+)$/.exec(line);
    if (field?.[1] && field[2]) fields.set(field[1], field[2].trim());
    else if (line === "") flush();
  }, flush);
}

/** Paragraphs of one-letter fields (apk(5), "installed"): P is the name, V the version. */
function apkReader(add: Add): EntryReader {
  let fields = new Map<string, string>();
  const flush = (): void => {
    add(fields.get("P"), fields.get("V"));
    fields = new Map();
  };
  return lineReader((line) => {
    const field = /^([PV]):(.+)$/.exec(line);
    if (field?.[1] && field[2]) fields.set(field[1], field[2]);
    else if (line === "") flush();
  }, flush);
}

/** The headers of Python's core metadata: up to the first empty line, names in any case. */
function pythonReader(add: Add): EntryReader {
  const fields = new Map<string, string>();
  let over = false;
  return lineReader(
    (line) => {
      const field = over ? null : /^(name|version):(.+)$/i.exec(line);
      const key = field?.[1]?.toLowerCase();
      if (key && field?.[2] && !fields.has(key)) fields.set(key, field[2].trim());
      if (line.trim() === "") over = true;
    },
    () => add(fields.get("name"), fields.get("version")),
  );
}

/** A package.json without a name or a version only says how to read a folder (`{"type": "module"}`): no package. */
function nodeReader(add: Add): EntryReader {
  return wholeReader((text) => {
    let manifest: unknown;
    try {
      manifest = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch {
      return;
    }
    if (typeof manifest !== "object" || manifest === null) return;
    const { name, version } = manifest as { readonly name?: unknown; readonly version?: unknown };
    if (typeof name === "string" && typeof version === "string") add(name, version);
  });
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
