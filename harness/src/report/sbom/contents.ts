import type { Anatomy, Package } from "../../model/anatomy.ts";
import { packageUrl } from "../../measure/packages/package-url.ts";

/** Who wrote a document, and when. */
export interface Authorship {
  /** Version of this program. */
  readonly version: string;
  readonly created: Date;
}

/** A package of the document: all installations of it in the image. */
export interface Content {
  /** Its package URL, which no other content has. */
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  /** The distribution's source package that it was built from; null for what is no package of a distribution. */
  readonly source: Source | null;
  /** The files that tell of it, one an installation at least; sorted, each once. */
  readonly paths: readonly string[];
}

export interface Source {
  readonly name: string;
  readonly version: string;
}

/**
 * The packages of an image, in the order of its inventory. What is installed in several places is one package that was
 * seen several times, as both standards have it.
 */
export function contentsOf({ packages, distribution }: Anatomy): readonly Content[] {
  const found = new Map<string, Omit<Content, "paths"> & { readonly paths: Set<string> }>();
  for (const it of packages.map(wellFormed)) {
    const purl = packageUrl(it, distribution);
    const { name, version } = it;
    const seen = found.get(purl) ?? { purl, name, version, source: sourceOf(it), paths: new Set() };
    found.set(purl, seen);
    seen.paths.add(it.path);
  }
  return [...found.values()].map((it) => ({ ...it, paths: [...it.paths].sort() }));
}

/** `glibc` and `glibc@2.41-12` as dpkg and apk have it, `glibc-2.34-83.el9.src.rpm` as rpm does; else as the package. */
function sourceOf({ kind, name, version, source }: Package): Source | null {
  if (kind !== "deb" && kind !== "apk" && kind !== "rpm") return null;
  const [, itsName = source ?? name, itsVersion = version] =
    (kind === "rpm"
      ? /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(source ?? "")
      : /^([^@]+)@(.+)$/.exec(source ?? "")) ?? [];
  return { name: itsName, version: itsVersion };
}

/** A manifest in JSON may hold half a surrogate pair, which no URL can. */
function wellFormed(it: Package): Package {
  return { ...it, name: it.name.toWellFormed(), version: it.version.toWellFormed() };
}

/** The digest in `sha256:…` as its hex digits alone, null when it is none. */
export function sha256Of(id: string): string | null {
  return /^sha256:([0-9a-f]{64})$/.exec(id)?.[1] ?? null;
}

/** To the second, as SPDX wants it: `2026-11-24T08:00:00Z`. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
