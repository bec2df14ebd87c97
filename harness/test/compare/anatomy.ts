import type { Anatomy, Findings } from "../../src/model/anatomy.ts";

/** An image's inside with so many packages, and the things that were found in it. */
export function anatomy(
  packages: number,
  found: Partial<Record<Exclude<keyof Anatomy, "packages">, readonly string[]>> = {},
): Anatomy {
  const findings = (paths: readonly string[] = []): Findings => ({ count: paths.length, paths });
  return {
    packages: Array.from({ length: packages }, (_, at) => ({
      kind: "deb" as const,
      name: `p${at}`,
      version: "1",
    })),
    shells: findings(found.shells),
    packageManagers: findings(found.packageManagers),
    compilers: findings(found.compilers),
    sources: findings(found.sources),
  };
}
