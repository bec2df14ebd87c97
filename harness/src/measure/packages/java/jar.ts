import type { Buffer } from "node:buffer";
import type { Add } from "../package.ts";
import { archiveName } from "./archive-name.ts";
import { mainAttributes, properties } from "./manifest.ts";
import { unzip, zipEntries, type ZipEntry } from "./zip.ts";

/** How many bytes may still be taken out of a file and the archives inside it. */
export interface Budget {
  left: number;
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
 * artifact, which is named `GROUP:ARTIFACT`. One that was not built by Maven is named by its file name, with a version from there or
 * from its manifest, and without a group: nothing in it tells one.
 */
export function jarPackages(jar: Buffer, path: string, add: Add, budget: Budget, depth = 1): void {
  const artifacts: Artifact[] = [];
  let manifest: ReadonlyMap<string, string> = new Map();
  for (const entry of zipEntries(jar)) {
    if (POM.test(entry.name)) {
      const pom = properties(text(jar, entry, budget));
      const artifact = pom.get("artifactId");
      if (artifact)
        artifacts.push({ group: pom.get("groupId"), artifact, version: pom.get("version") });
    } else if (entry.name === MANIFEST) {
      manifest = mainAttributes(text(jar, entry, budget));
    } else if (ARCHIVE.test(entry.name)) {
      const archive = depth < DEEPEST ? take(jar, entry, LARGEST_ARCHIVE, budget) : null;
      if (archive) jarPackages(archive, entry.name, add, budget, depth + 1);
      else addNamed(entry.name, [], add);
    }
    if (budget.left <= 0) break;
  }
  for (const { group, artifact, version } of artifacts)
    add({ name: group ? `${group}:${artifact}` : artifact, version });
  if (!artifacts.some(({ artifact }) => isOwn(artifact, path, artifacts.length)))
    addNamed(
      path,
      VERSIONS.flatMap((key) => manifest.get(key) ?? []),
      add,
    );
}

/** What an archive's name tells, with the first of the given versions where that tells none. */
export function addNamed(path: string, versions: readonly string[], add: Add): void {
  const { artifact, version } = archiveName(path, versions);
  add({ name: artifact, version: version ?? versions[0] });
}

/** Whether an artifact in an archive is the archive itself: it has its name, or is the only one. */
function isOwn(artifact: string, path: string, count: number): boolean {
  const file = path.slice(path.lastIndexOf("/") + 1);
  return count === 1 || file.startsWith(`${artifact}-`) || file.startsWith(`${artifact}.`);
}

function text(jar: Buffer, entry: ZipEntry, budget: Budget): string {
  return take(jar, entry, LONGEST_TEXT, budget)?.toString("utf8") ?? "";
}

/** Counts what it takes: files of an archive that was made to harm lie one over the other. */
function take(jar: Buffer, entry: ZipEntry, limit: number, budget: Budget): Buffer | null {
  const most = Math.min(limit, budget.left);
  const bytes = unzip(jar, entry, most);
  budget.left -= EACH + (bytes?.length ?? most);
  return bytes;
}
