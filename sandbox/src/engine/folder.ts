/**
 * A private Docker Engine for machines that have none: made, started, stopped and removed here.
 * Nothing here knows base images; this file says where everything of an engine lies.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

/** Debian releases that an engine can be made of: Docker 20.10, 26.1 and 28.5. */
export const SUITES = ["bookworm", "trixie", "forky"] as const;
export type Suite = (typeof SUITES)[number];

/** All paths of one engine, absolute. */
export interface EngineFolder {
  readonly suite: Suite;
  /** Five hex digits that tell this folder's bridge, cgroups and locks from those of any other. */
  readonly id: string;
  readonly folder: string;
  /** The Debian system that dockerd runs in. */
  readonly root: string;
  /** dockerd's data-root: images, containers, volumes. */
  readonly data: string;
  /** What the engine and the host share while it runs. */
  readonly run: string;
  readonly socket: string;
  /** Two lines: the host's process id of the engine's first process, and its start time in clock ticks. */
  readonly pidFile: string;
  readonly log: string;
}

/** Where the docker command lies that a host without one gets. */
export function commandFolder(cache: string): string {
  return join(cache, "bin");
}

/** Where the engine of a suite lies in a cache folder. */
export function engineFolder(suite: Suite, cache: string): EngineFolder {
  const folder = join(cache, "engine", suite);
  const run = join(folder, "run");
  return {
    suite,
    id: createHash("sha256").update(folder).digest("hex").slice(0, 5),
    folder,
    root: join(folder, "root"),
    data: join(folder, "data"),
    run,
    socket: join(run, "docker.sock"),
    pidFile: join(run, "dockerd.pid"),
    log: join(folder, "dockerd.log"),
  };
}

/** The one path under which the engine that was started last is found, whatever its suite. */
export function stableSocket(cache: string): string {
  return join(cache, "engine", "docker.sock");
}
