/** Images that were never built, for tests of what is said about images. */
import type { Anatomy, Findings } from "../src/model/anatomy.ts";
import type { Image, ImageConfig } from "../src/model/image.ts";

/** An image about which nothing is special but what is given. */
export function plainImage(
  config: Partial<ImageConfig> = {},
  more: Partial<Omit<Image, "config">> = {},
): Image {
  return {
    ref: "r",
    config: {
      id: "sha256:1",
      entrypoint: null,
      cmd: null,
      workdir: "/",
      user: "",
      ports: [],
      volumes: [],
      stopsignal: null,
      healthcheck: null,
      env: {},
      labels: {},
      platform: "linux/amd64",
      layers: [],
      ...config,
    },
    ownEnv: [],
    standIns: [],
    buildSeconds: null,
    ...more,
  };
}

/** An image's inside with so many packages, and the things that were found in it. */
export function anatomy(
  packages: number,
  found: Partial<Record<FindingsOf, readonly string[]>> = {},
): Anatomy {
  const findings = (paths: readonly string[] = []): Findings => ({
    count: paths.length,
    bytes: 0,
    paths,
  });
  return {
    distribution: null,
    files: { count: 0, bytes: 0 },
    packages: Array.from({ length: packages }, (_, at) => ({
      kind: "deb" as const,
      name: `p${at}`,
      version: "1",
      path: "/var/lib/dpkg/status",
      architecture: null,
      source: null,
    })),
    shells: findings(found.shells),
    packageManagers: findings(found.packageManagers),
    compilers: findings(found.compilers),
    sources: findings(found.sources),
    caches: findings(found.caches),
    setuid: findings(found.setuid),
    capabilities: findings(found.capabilities),
    worldWritable: findings(found.worldWritable),
    secrets: findings(found.secrets),
    binaries: { static: 0, dynamic: 0, libraries: 0, stripped: 0, missing: [] },
    causes: [],
  };
}

/** The parts of an anatomy that are lists of paths. */
type FindingsOf = {
  [Key in keyof Anatomy]: Anatomy[Key] extends Findings ? Key : never;
}[keyof Anatomy];
