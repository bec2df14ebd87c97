import type { Buffer } from "node:buffer";
import type { Add } from "../package.ts";
import { archiveName, stemOf } from "./archive-name.ts";
import { mainAttributes, properties } from "./manifest.ts";
import { unzip, zipEntries } from "./zip.ts";

/** How many bytes may still be taken out of a file and the archives inside it. */
export interface Budget {
  left: number;
}

/** What an archive is learnt from: the files in it that `wants` says, one after the other, then `end`. */
export interface Jar {
  wants(name: string): boolean;
  /** `unpack` gives the file's bytes, or null when they are damaged or more than the limit. */
  file(name: string, unpack: (limit: number) => Buffer | null): void;
  end(): void;
}

/** Manifests of large bundles take some 100 kB. */
const LONGEST_TEXT = 1 << 20;
const LARGEST_ARCHIVE = 64 << 20;
/** What reading a file costs beside its bytes, so that a million empty ones end too. */
const EACH = 4096;
/** An ear holds wars, which hold jars. */
const DEEPEST = 4;

const MANIFEST = "META-INF/MANIFEST.MF";
const POM = /(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
const ARCHIVE = /\.(?:jar|war|ear|rar|par|sar|nar|kar)$/;
/** Where a manifest may tell a version, the most telling first. */
const VERSIONS = ["implementation-version", "bundle-version", "specification-version"];

interface Artifact {
  readonly group: string | undefined;
  readonly artifact: string;
  readonly version: string | undefined;
}

/**
 * Hands on what a Java archive is, what was packed into it, and the archives inside it. Maven leaves a pom.properties of each
 * artifact, which is named `GROUP:ARTIFACT`. One that was not built by Maven is named by its file name, with a version from there
 * or from its manifest, and without a group: nothing in it tells one.
 */
export function jar(path: string, add: Add, budget: Budget, depth = 1): Jar {
  const artifacts: Artifact[] = [];
  let versions: readonly string[] = [];

  /** Counts what it takes: files of an archive that was made to harm lie one over the other. */
  function take(limit: number, unpack: (limit: number) => Buffer | null): Buffer | null {
    if (budget.left <= 0) return null;
    const most = Math.min(limit, budget.left);
    const bytes = unpack(most);
    budget.left -= EACH + (bytes?.length ?? most);
    return bytes;
  }

  return {
    wants: (name) => name === MANIFEST || POM.test(name) || ARCHIVE.test(name),
    file(name, unpack) {
      if (ARCHIVE.test(name)) {
        const inner = depth < DEEPEST ? take(LARGEST_ARCHIVE, unpack) : null;
        if (inner) jarPackages(inner, name, add, budget, depth + 1);
        else addNamed(name, [], add);
        return;
      }
      const text = take(LONGEST_TEXT, unpack)?.toString("utf8") ?? "";
      if (name === MANIFEST) {
        const attributes = mainAttributes(text);
        versions = VERSIONS.flatMap((key) => attributes.get(key) ?? []);
        return;
      }
      const pom = properties(text);
      const artifact = pom.get("artifactId");
      if (artifact)
        artifacts.push({ group: pom.get("groupId"), artifact, version: pom.get("version") });
    },
    end() {
      for (const { group, artifact, version } of artifacts)
        add({ name: group ? `${group}:${artifact}` : artifact, version });
      if (!hasOwn(artifacts, path, versions)) addNamed(path, versions, add);
    },
  };
}

/** The same of an archive that is held whole. */
export function jarPackages(zip: Buffer, path: string, add: Add, budget: Budget, depth = 1): void {
  const { wants, file, end } = jar(path, add, budget, depth);
  for (const entry of zipEntries(zip)) {
    if (budget.left <= 0) break;
    if (wants(entry.name)) file(entry.name, (limit) => unzip(zip, entry, limit));
  }
  end();
}

/** What an archive's name tells, with the first of the given versions where that tells none. */
function addNamed(path: string, versions: readonly string[], add: Add): void {
  const { artifact, version } = archiveName(path, versions);
  add({ name: artifact, version: version ?? versions[0] });
}

/**
 * Whether one of the artifacts in an archive is the archive itself: by its file name, or, under another name (`app.jar`,
 * `GROUP.ARTIFACT-VERSION.jar`), as the only one, when no other version is told.
 */
function hasOwn(
  artifacts: readonly Artifact[],
  path: string,
  versions: readonly string[],
): boolean {
  const name = archiveName(path, versions);
  const [only] = artifacts;
  if (only && artifacts.length === 1) {
    const told = (name.version === null ? versions : [name.version]).map(numbers);
    if (told.length === 0 || told.includes(numbers(only.version ?? ""))) return true;
  }
  return artifacts.some(
    ({ artifact, version }) =>
      artifact === name.artifact ||
      artifact === archiveName(path, version ? [version] : []).artifact ||
      plain(artifact) === plain(stemOf(path)),
  );
}

/** Some write `geronimo-interceptor_3.0_spec` as `geronimo-interceptor-3.0-spec`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.]/g, "");
}

/** OSGi writes `2.0-SNAPSHOT` as `2.0.0.SNAPSHOT`. */
function numbers(version: string): string {
  return /^[\d.]*/.exec(version)?.[0].replace(/(?:\.0)*\.?$/, "") ?? "";
}
