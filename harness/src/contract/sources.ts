/** The images of a contract and every path in it: names of candidates, and files that must lie inside its folder. */
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, relative, resolve, sep } from "node:path";
import type { Path, Problem } from "./document.ts";
import { nearest } from "./nearest.ts";
import { isMap, keyProblem, kindOf, mapOf, mapsOf, type Raw, valueProblem } from "./raw.ts";
import { SOURCE_KEYS, SOURCE_KINDS } from "./run.ts";
import { quote } from "./words.ts";

interface RawSource {
  readonly path: Path;
  /** A text is already spelled out as `{ dockerfile: TEXT }`. */
  readonly map: Raw;
  /** Where its Dockerfile is written. */
  readonly dockerfileAt: Path;
}

/** The name that a candidate in a list has from its Dockerfile: `Dockerfile.multi` → `multi`; null when that gives none. */
export function endingOf(source: unknown): string | null {
  const dockerfile = typeof source === "string" ? source : mapOf(source)["dockerfile"];
  const ending = typeof dockerfile === "string" ? extname(dockerfile).slice(1) : "";
  return /^[a-zA-Z0-9][\w-]*$/.test(ending) && ending.toLowerCase() !== "dockerfile"
    ? ending
    : null;
}

/** Names of the candidates, as far as they have any. */
export function candidateNames({ candidates }: Raw): readonly string[] {
  return Array.isArray(candidates)
    ? candidates.flatMap((source: unknown) => endingOf(source) ?? [])
    : Object.keys(mapOf(candidates));
}

function sourcesOf({ baseline, candidates }: Raw): readonly RawSource[] {
  const written: readonly (readonly [Path, unknown])[] = [
    [["baseline"], baseline],
    ...(Array.isArray(candidates)
      ? [...candidates.entries()]
      : Object.entries(mapOf(candidates))
    ).map(([key, value]) => [["candidates", key], value] as const),
  ];
  return written.flatMap(([path, value]): readonly RawSource[] => {
    if (typeof value === "string")
      return [{ path, map: { dockerfile: value }, dockerfileAt: path }];
    return isMap(value) ? [{ path, map: mapOf(value), dockerfileAt: [...path, "dockerfile"] }] : [];
  });
}

/** Problems of the images themselves, before anything is looked up on disk. */
export function sourceProblems(contract: Raw): readonly Problem[] {
  return [...sourcesOf(contract).flatMap(shapeProblems), ...namingProblems(contract)];
}

function shapeProblems({ path, map }: RawSource): readonly Problem[] {
  const { kind, problems } = kindOf("an image", map, path, SOURCE_KINDS, SOURCE_KEYS);
  const strange = kind === "image" ? ["context", "target", "args"].filter((key) => key in map) : [];
  return [
    ...problems,
    ...strange.map((key) =>
      keyProblem([...path, key], `${quote(key)} does not go with "image": it is not built`),
    ),
  ];
}

function namingProblems({ candidates }: Raw): readonly Problem[] {
  const seen = new Set<string>();
  return (Array.isArray(candidates) ? candidates : []).flatMap((source: unknown, index) => {
    const named = typeof source === "string" || typeof mapOf(source)["dockerfile"] === "string";
    if (!named && !("image" in mapOf(source))) return [];
    const name = endingOf(source);
    const path = ["candidates", index];
    if (name === null) {
      const why = named
        ? "this Dockerfile has no ending to be named after"
        : "an image in a list has no name";
      return [valueProblem(path, `${why}; write candidates as a map, NAME: IMAGE`)];
    }
    if (seen.has(name)) {
      return [
        valueProblem(
          path,
          `a second candidate named ${quote(name)}; write candidates as a map, NAME: IMAGE`,
        ),
      ];
    }
    seen.add(name);
    return [];
  });
}

/** A path that the contract names. */
export interface FileUse {
  readonly path: Path;
  readonly written: string;
  readonly absolute: string;
  readonly kind: "Dockerfile" | "folder" | "file or folder";
}

/** The paths of a contract that lie inside its folder, and problems for the others. By their names alone: see `diskProblems`. */
export function fileUses(
  contract: Raw,
  folder: string,
): { readonly uses: readonly FileUse[]; readonly problems: readonly Problem[] } {
  const uses: FileUse[] = [];
  const problems: Problem[] = [];
  const use = (path: Path, written: unknown, kind: FileUse["kind"]): string | null => {
    if (typeof written !== "string" || written === "" || written.includes("\0")) return null;
    const absolute = resolve(folder, written);
    if (!isInside(absolute, folder)) {
      problems.push(valueProblem(path, `${quote(written)} is outside the contract's folder`));
      return null;
    }
    uses.push({ path, written, absolute, kind });
    return absolute;
  };
  for (const { path, map, dockerfileAt } of sourcesOf(contract)) {
    const context = "context" in map ? use([...path, "context"], map["context"], "folder") : folder;
    const dockerfile = use(dockerfileAt, map["dockerfile"], "Dockerfile");
    if (context !== null && dockerfile !== null && !isInside(dockerfile, context)) {
      const better = relative(folder, resolve(context, String(map["dockerfile"])));
      problems.push(
        valueProblem(
          dockerfileAt,
          `${quote(String(map["dockerfile"]))} is outside its context; paths start at the contract's folder, as in ${quote(better)}`,
        ),
      );
    }
  }
  const lenders: readonly (readonly [Path, unknown])[] = [
    [["run"], contract["run"]],
    ...Object.entries(mapOf(contract["services"])).map(
      ([name, service]) => [["services", name], service] as const,
    ),
  ];
  for (const [path, lender] of lenders) {
    for (const [index, { from }] of mapsOf(mapOf(lender)["mounts"])) {
      use([...path, "mounts", index, "from"], from, "file or folder");
    }
  }
  return { uses, problems };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** What is missing on disk, of the wrong kind, or led out of the folder by a symbolic link. */
export async function diskProblems(
  uses: readonly FileUse[],
  folder: string,
): Promise<readonly Problem[]> {
  const home = await realpath(folder);
  const faults = await Promise.all(uses.map((use) => diskFault(use, home)));
  return uses.flatMap(({ path, written }, index) => {
    const fault = faults[index];
    return fault ? [valueProblem(path, `${quote(written)} ${fault}`)] : [];
  });
}

async function diskFault({ absolute, kind }: FileUse, home: string): Promise<string | null> {
  const found = await stat(absolute).catch(() => null);
  if (found === null) {
    const names = await readdir(dirname(absolute)).catch((): string[] => []);
    if (names.includes(basename(absolute))) return "is a link that leads nowhere";
    const best = nearest(basename(absolute), names);
    return `is missing${best === null ? `: there is no such ${kind}` : `; did you mean ${quote(best)}?`}`;
  }
  if (kind === "folder" && !found.isDirectory()) return "is no folder";
  if (kind === "Dockerfile" && !found.isFile()) return "is no file";
  return isInside(await realpath(absolute), home)
    ? null
    : "leads outside the contract's folder through a symbolic link";
}
