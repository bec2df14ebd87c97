/** How libraries that a candidate lacks come into it. */
import { posix } from "node:path";
import type { Package, PackageKind } from "../model/anatomy.ts";
import { distributionOf } from "../measure/packages/distribution.ts";
import { resolve, walk } from "../measure/tree/tree.ts";
import { variable } from "./argv.ts";
import type { Evidence, Finding, Side } from "./evidence.ts";
import { copyLine, envLine } from "./recipe.ts";

/** Where a side has a library of this name, in the folders where libraries are. */
export function libraryIn({ tree }: Side, name: string): string | null {
  for (const { path, node } of walk(tree))
    if (node.inode.kind !== "directory" && path.endsWith(`/${name}`) && resolve(tree, path))
      return path;
  return null;
}

/** Paths of a side's shared libraries by their names; of a name, the first. */
function librariesOf({ tree }: Side): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path, node } of walk(tree)) {
    const name = posix.basename(path);
    if (node.inode.kind === "directory" || !name.includes(".so") || found.has(name)) continue;
    if (resolve(tree, path)) found.set(name, path);
  }
  return found;
}

/** A library that is there, in a folder that only the baseline's LD_LIBRARY_PATH names; null when it is not so. */
export function lostLibraryPath(
  evidence: Evidence,
  name: string,
  path: string,
): Omit<Finding, "strength"> | null {
  const was = variable(evidence, evidence.baseline, "LD_LIBRARY_PATH");
  const is = variable(evidence, evidence.candidate, "LD_LIBRARY_PATH");
  const folder = posix.dirname(path);
  if (was === null || !was.split(":").includes(folder) || is?.split(":").includes(folder))
    return null;
  return {
    id: is === null ? "lost-env" : "changed-env",
    evidence: `the baseline has ENV LD_LIBRARY_PATH=${was}, the candidate ${is === null ? "does not" : `has ${is}`}; ${name} lies at ${path}`,
    mend: envLine("LD_LIBRARY_PATH", was),
  };
}

/** What is to be done, and what comes along. */
export interface LibraryMend {
  readonly mend: string | null;
  /** Libraries that the missing ones need in turn, and the candidate lacks too. */
  readonly more: readonly string[];
}

/**
 * What brings libraries into the candidate: one that needs nothing more is copied; several come with their packages where
 * the candidate's package manager has the same ones as the baseline's, else as files, each with all that it needs.
 */
export function libraryMend(
  baseline: Side,
  candidate: Side,
  names: readonly string[],
): LibraryMend {
  const [theirs, ours] = [librariesOf(baseline), librariesOf(candidate)];
  const lacking = new Map<string, string>();
  const queue = [...names];
  for (const name of queue) {
    const path = theirs.get(name);
    if (path === undefined || lacking.has(name) || ours.has(name)) continue;
    lacking.set(name, path);
    queue.push(...(resolve(baseline.tree, path)?.node.inode.content?.elf?.needed ?? []));
  }
  const paths = [...lacking.values()];
  const more = [...lacking.keys()].filter((it) => !names.includes(it));
  if (paths.length === 0) return { mend: null, more };
  const wanted = names.flatMap((it) => lacking.get(it) ?? []);
  const install = paths.length > 1 ? installLine(baseline, candidate, wanted) : null;
  return { mend: install ?? copyLines(baseline, candidate, paths), more };
}

/** A COPY for each folder. */
function copyLines(baseline: Side, candidate: Side, paths: readonly string[]): string {
  const [first, ...rest] = paths;
  if (first !== undefined && rest.length === 0) return copyLine(baseline, candidate, first);
  const folders = Map.groupBy(paths, (path) => posix.dirname(path));
  return [...folders]
    .map(([folder, files]) => copyLine(baseline, candidate, files.join(" "), `${folder}/`))
    .join(" and ");
}

interface Manager {
  readonly kind: PackageKind;
  readonly programs: readonly string[];
  readonly install: (packages: string) => string;
  /** Names that the package of a library may have, the likeliest first. */
  readonly names: (library: string) => readonly string[];
}

const MANAGERS: readonly Manager[] = [
  {
    kind: "deb",
    programs: ["/usr/bin/apt-get"],
    install: (packages) =>
      `RUN apt-get update && apt-get install -y --no-install-recommends ${packages}`,
    names: debianNames,
  },
  {
    kind: "apk",
    programs: ["/sbin/apk", "/usr/bin/apk"],
    install: (packages) => `RUN apk add --no-cache ${packages}`,
    names: alpineNames,
  },
];

/** Installs the packages that these libraries of the baseline are of; null where it is not sure of each. */
function installLine(baseline: Side, candidate: Side, libraries: readonly string[]): string | null {
  const [was, is] = [distributionOf(baseline.tree), distributionOf(candidate.tree)];
  // Another release calls its packages otherwise (Debian 13: libssl3t64).
  if (was === null || was.id !== is?.id || was.version !== is.version) return null;
  const manager = MANAGERS.find(({ programs }) =>
    programs.some((it) => resolve(candidate.tree, it)),
  );
  if (manager === undefined) return null;
  const packages = libraries.map((it) => packageOf(manager, baseline.packages, it));
  if (packages.length === 0 || packages.includes(null)) return null;
  const line = manager.install([...new Set(packages)].join(" "));
  return candidate.config.user === "" ? line : `${line}, before USER`;
}

/** The package that a library is of, by the distribution's rule for names; it has to be installed in the baseline. */
function packageOf(
  { kind, names }: Manager,
  installed: readonly Package[],
  path: string,
): string | null {
  // What lies elsewhere was not put there by a package.
  if (!/^(?:\/usr)?\/lib\//.test(path)) return null;
  const known = new Set(installed.filter((it) => it.kind === kind).map((it) => it.name));
  return names(posix.basename(path)).find((it) => known.has(it)) ?? null;
}

/** `libpq.so.5`: name and version. */
const SONAME = /^(lib.+?)\.so(?:\.(\d[\w.]*))?$/;

/**
 * Debian Policy 8.1: name and version of the soname in lower case, a hyphen between two digits; `t64` since times have 64
 * bits there. zlib has a name of its own.
 */
function debianNames(library: string): readonly string[] {
  const [, name = "", version = ""] = SONAME.exec(library) ?? [];
  if (name === "libz") return ["zlib1g"];
  const plain = name.toLowerCase().replaceAll("_", "-");
  // libglib-2.0.so.0 is of libglib2.0-0.
  return [plain, plain.replace(/-(\d[\d.]*)$/, "$1")].flatMap((it) => {
    const whole = /\d$/.test(it) && version !== "" ? `${it}-${version}` : `${it}${version}`;
    return [`${whole}t64`, whole];
  });
}

/** Alpine has no such rule: most are called as the library, with its version or without, or end in `-libs`. */
function alpineNames(library: string): readonly string[] {
  const [, name = "", version = ""] = SONAME.exec(library) ?? [];
  if (name === "libz") return ["zlib"];
  const bare = name.replace(/^lib/, "");
  return [`${name}${version}`, name, `${bare}-libs`, bare];
}
