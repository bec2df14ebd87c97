import type { Package, PackageKind } from "../../model/anatomy.ts";
import type { EntryReader } from "../tar/tar-reader.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import type { Found } from "../tree/inode.ts";
import { apkReader } from "./apk.ts";
import { dpkgReader } from "./dpkg.ts";
import { gemReader } from "./gem.ts";
import { jarReader } from "./java/jar-reader.ts";
import { nodeReader } from "./node.ts";
import { MOST_PACKAGES, packageOf, type Add } from "./package.ts";
import { pythonReader } from "./python.ts";
import { rpmReader } from "./rpm/rpm-reader.ts";

/** How one package manager's files are known and read. */
interface Rule {
  readonly kind: PackageKind;
  readonly pattern: RegExp;
  /** Larger files are no such list. */
  readonly limit?: number;
  /** Null when its bytes are not needed, or too many. */
  readonly reader: (add: Add, file: File) => EntryReader | null;
}

interface File {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** The largest package.json in the npm registry's most used packages are some 50 kB, and the largest gemspecs too. */
const MANIFEST_LIMIT = 1 << 20;

const RULES: readonly Rule[] = [
  {
    kind: "deb",
    pattern: /^\/var\/lib\/dpkg\/status(?:\.d\/(?!.*\.md5sums$)[^/]+)?$/,
    reader: dpkgReader,
  },
  { kind: "apk", pattern: /^\/(?:usr\/)?lib\/apk\/db\/installed$/, reader: apkReader },
  {
    kind: "rpm",
    pattern:
      /^\/(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/(?:rpmdb\.sqlite|Packages(?:\.db)?)$/,
    reader: rpmReader,
  },
  {
    kind: "python",
    pattern: /\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/,
    reader: pythonReader,
  },
  {
    kind: "node",
    pattern: /\/node_modules\/(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/,
    limit: MANIFEST_LIMIT,
    reader: nodeReader,
  },
  {
    kind: "gem",
    pattern: /\/specifications\/(?:default\/)?[^/]+\.gemspec$/,
    limit: MANIFEST_LIMIT,
    reader: gemReader,
  },
  { kind: "java", pattern: /\.(?:jar|war|ear|par|sar|nar|[hj]pi|kar)$/, reader: jarReader },
];

/**
 * Reads what package managers and build tools write down of what they installed: the lists of dpkg (`/var/lib/dpkg/status`,
 * and distroless' `status.d`), apk and rpm, and of each installation of a Python distribution (`*.dist-info/METADATA`,
 * `*.egg-info`), an npm package (`node_modules/NAME/package.json`), a gem (`specifications/*.gemspec`) and a Java archive,
 * with those inside it. Null for an entry that lists no packages.
 */
export function packageReader(path: string, entry: TarEntry, found: Found): EntryReader | null {
  for (let at = 0; at < RULES.length; at++) {
    const rule = RULES[at] as Rule;
    if (!rule.pattern.test(path)) continue;
    if (entry.size > (rule.limit ?? Number.POSITIVE_INFINITY)) return null;
    return readerBy(rule, { path, size: entry.size }, found);
  }
  return null;
}

function readerBy(rule: Rule, file: File, found: Found): EntryReader | null {
  const packages: Package[] = [];
  const add: Add = (told) => {
    if (packages.length > MOST_PACKAGES) return; // enough for packageSurvey to refuse them
    const it = packageOf(rule.kind, file.path, told);
    if (it) packages.push(it);
  };
  const reader = rule.reader(add, file);
  const end = (): void => {
    reader?.end();
    if (packages.length > 0) found({ packages });
  };
  if (reader) return { data: (bytes) => reader.data(bytes), end };
  end();
  return null;
}
