/** What the name of a Java archive tells; `version` is null when it tells none. */
export interface ArchiveName {
  readonly artifact: string;
  readonly version: string | null;
}

/**
 * Words that are parts of versions in Maven's repository, as is any in capitals; others (`log4j-1.2-api-2.24.3`) are parts
 * of names.
 */
const WORD =
  "alpha|beta|a|b|cr|final|ga|incubating|jdk|jre|android|m|milestone|pre|preview|rc|release|sec|snapshot|sp|v";
const QUALIFIER = String.raw`(?:(?:${WORD})(?:[\d.][\w.+~]*)?|[A-Z][A-Z\d.]*|\d[\w.+~]*)`;
const VERSION = new RegExp(String.raw`^\d[\w+~]*(?:\.[\w+~]+)*(?:-${QUALIFIER})*$`);

/** What is left is a version in front of a classifier, `ARTIFACT-1.2.3-java`. */
const CLASSIFIED = /^(.+?)-(\d+(?:\.\w+)+(?:-SNAPSHOT)?)-[A-Za-z][\w-]*$/;

/**
 * Splits `ARTIFACT-VERSION.jar`, Maven's layout of names, where the version begins: at one of those that the archive itself
 * tells, else at the first part that reads as a version to its end.
 */
export function archiveName(file: string, versions: readonly string[]): ArchiveName {
  const stem = stemOf(file);
  for (const version of versions) {
    const at = `${stem}-`.indexOf(`-${version}-`); // what follows is a classifier, `linux-x86_64`
    if (at > 0) return { artifact: stem.slice(0, at), version };
  }
  for (let dash = stem.indexOf("-"); dash !== -1; dash = stem.indexOf("-", dash + 1)) {
    const version = stem.slice(dash + 1);
    if (dash > 0 && VERSION.test(version)) return { artifact: stem.slice(0, dash), version };
  }
  const [, artifact = stem, version = null] = CLASSIFIED.exec(stem) ?? [];
  return { artifact, version };
}

/** The name of a file alone, without its ending. */
export function stemOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
}
