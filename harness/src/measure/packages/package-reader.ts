import type { Package, PackageKind } from "../../model/anatomy.ts";
import type { EntryReader } from "../archive/layer.ts";
import { lineReader, wholeReader } from "../bytes/lines.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "../tree/inode.ts";

/** npm allows names of 214 characters; what is far longer is no name. */
const LONGEST = 1024;
/** The largest package.json in the npm registry's most used packages are some 50 kB. */
const MANIFEST_LIMIT = 1 << 20;

type Add = (name: string | undefined, version: string | undefined) => void;

/**
 * Reads the lists of dpkg (`/var/lib/dpkg/status`, and distroless' `status.d`) and apk, and of each installation of a
 * Python distribution (`*.dist-info/METADATA`, `*.egg-info`) and an npm package (`node_modules/NAME/package.json`). Null
 * for an entry that lists no packages.
 */
export function packageReader(path: string, entry: TarEntry, found: Found): EntryReader | null {
  const rule = RULES.find(({ pattern }) => pattern.test(path));
  if (!rule || (rule.kind === "node" && entry.size > MANIFEST_LIMIT)) return null;
  const packages: Package[] = [];
  const add: Add = (name, version) => {
    if (!name || !version || name.length > LONGEST || version.length > LONGEST) return;
    packages.push({ kind: rule.kind, name, version, path, architecture: null, source: null });
  };
  const reader = rule.reader(add);
  return {
    data: (bytes) => reader.data(bytes),
    end() {
      reader.end();
      if (packages.length > 0) found({ packages });
    },
  };
}

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

const RULES: readonly {
  readonly kind: PackageKind;
  readonly pattern: RegExp;
  readonly reader: (add: Add) => EntryReader;
}[] = [
  {
    kind: "deb",
    pattern: /^\/var\/lib\/dpkg\/status(?:\.d\/(?!.*\.md5sums$)[^/]+)?$/,
    reader: dpkgReader,
  },
  { kind: "apk", pattern: /^\/(?:usr\/)?lib\/apk\/db\/installed$/, reader: apkReader },
  {
    kind: "python",
    pattern: /\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/,
    reader: pythonReader,
  },
  {
    kind: "node",
    pattern: /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/,
    reader: nodeReader,
  },
];
