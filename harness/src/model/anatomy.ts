/** What is inside an image, as far as claims, reports and causes speak of it. Paths are absolute, sorted by code units. */
export interface Anatomy {
  /** What /etc/os-release says; null for an image without a distribution, as scratch. */
  readonly distribution: Distribution | null;
  /** Names that lead to a file, and the bytes of those files: what hard links share counts once. */
  readonly files: { readonly count: number; readonly bytes: number };
  readonly packages: readonly Package[];
  readonly shells: Findings;
  readonly packageManagers: Findings;
  readonly compilers: Findings;
  /** Source code and version control of the application, left behind. */
  readonly sources: Findings;
  /** What package managers and interpreters keep for the next time: lists, archives, bytecode. */
  readonly caches: Findings;
  /** Programs that run with another's rights than their caller's: setuid and setgid files. */
  readonly setuid: Findings;
  /** Programs with file capabilities (capabilities(7)). */
  readonly capabilities: Findings;
  /** Files, and folders without the sticky bit, that anyone may write to. */
  readonly worldWritable: Findings;
  /** Private keys, tokens and files that customarily hold them, each with what it is taken for. */
  readonly secrets: Findings;
  readonly binaries: Binaries;
  /** What the bytes of the files are there for: they add up to `files.bytes`. Largest first, none without any. */
  readonly causes: readonly CausedBytes[];
}

/** What a file may be there for. The rules are in measure/diff/causes.ts. */
export const BYTE_CAUSES = [
  "application",
  "bytecode",
  "caches",
  "compiler",
  "documentation",
  "language-packages",
  "package-managers",
  "runtime",
  "sources",
  "system",
  "temporary",
] as const;

export type ByteCause = (typeof BYTE_CAUSES)[number];

export interface CausedBytes {
  readonly cause: ByteCause;
  readonly bytes: number;
}

export interface Distribution {
  /** `debian`, `alpine` …: ID of os-release(5). */
  readonly id: string;
  /** `13`, `3.22.1`: VERSION_ID; empty for a rolling one. */
  readonly version: string;
}

export type PackageKind =
  | "deb"
  | "apk"
  | "rpm"
  | "python"
  | "node"
  | "go"
  | "java"
  | "gem"
  | "cargo";

export interface Package {
  readonly kind: PackageKind;
  readonly name: string;
  readonly version: string;
  /** The file that tells of it: a package manager's list, a manifest, a program. */
  readonly path: string;
  /** As the package says it (`amd64`, `noarch`), null where kinds have none. */
  readonly architecture: string | null;
  /** The source package that it was built from, where that has another name (dpkg's Source, apk's o, rpm's SOURCERPM). */
  readonly source: string | null;
}

/** Paths of one kind: how many there are, how much they hold, and the first of them. */
export interface Findings {
  readonly count: number;
  /** Bytes of the files among them and of all in the folders among them. */
  readonly bytes: number;
  /**
   * At most 20. Of capabilities and secrets each with what it is, in brackets: `/usr/bin/ping (cap_net_raw=ep)`,
   * `/root/.netrc (password)`, `/app/key.pem (private key, deleted in a later layer)`. What a secret says is never told.
   */
  readonly paths: readonly string[];
}

/** The ELF files of an image. */
export interface Binaries {
  /** Programs that ask for no loader, and those that do. Libraries are neither. */
  readonly static: number;
  readonly dynamic: number;
  readonly libraries: number;
  /** Programs and libraries without a symbol table. */
  readonly stripped: number;
  /** What could not be loaded: a program's loader, or a library that it needs. */
  readonly missing: readonly MissingPart[];
}

export interface MissingPart {
  readonly kind: "loader" | "library";
  /** Who asks. */
  readonly path: string;
  /** `/lib64/ld-linux-x86-64.so.2`, `libssl.so.3`. */
  readonly needs: string;
}
