import type { Containers } from "../model/container.ts";
import type { ImageSource } from "../model/contract.ts";
import type { Image } from "../model/image.ts";
import type { BuildStep } from "../model/rebuild.ts";
import { forgetSteps } from "./build-cache.ts";
import {
  buildImage,
  timeBuild,
  type BuildOptions,
  type BuildSource,
  type TimedBuild,
} from "./build.ts";
import { connect } from "./connect.ts";
import { startContainer } from "./containers.ts";
import { exportTree, openImage, saveImages } from "./images.ts";
import { createNetwork } from "./networks.ts";
import { gone } from "./refusal.ts";
import { sweepOrphans, sweepOwn, type Swept } from "./sweep.ts";
import { terminalCommand } from "./terminal-command.ts";

/** An engine, ready for one check. Disposing it removes everything that this process made in it. */
export interface Engine extends AsyncDisposable {
  readonly host: string;
  readonly version: string;
  readonly platform: string;
  readonly sandbox: string | null;
  readonly containers: Containers;
  /** What killed runs had left and was removed at the start. */
  readonly swept: Swept;
  /** Builds a Dockerfile, or finds an image given by reference. */
  image(source: ImageSource, options: BuildOptions): Promise<Image>;
  /** Builds a Dockerfile and tells how the time went. */
  timeBuild(source: BuildSource, options: BuildOptions): Promise<TimedBuild>;
  /** Takes the tag of a build of ours away, and the image when that was its last one. */
  untag(tag: string): Promise<void>;
  /** Takes what these steps made out of the build cache; returns the bytes that were freed. */
  forget(steps: readonly BuildStep[]): Promise<number>;
  /** One tar archive of several images. A chunk of it holds until the next one is asked for. */
  save(ids: readonly string[], signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** The file system of an image as one tar, its layers merged; its chunks likewise. */
  tree(id: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/**
 * Connects to the engine and removes what killed runs left in it. With `keep`, containers and images of this run stay.
 * @throws EngineError when no engine answers.
 */
export async function openEngine(keep: boolean): Promise<Engine> {
  const connection = await connect();
  const { docker, host, version, platform, sandbox } = connection;
  const swept = await sweepOrphans(docker);
  await closing;
  open += 1;
  let closed = false;
  return {
    host,
    version,
    platform,
    sandbox,
    containers: {
      start: (spec) => startContainer(connection, spec, keep),
      terminal: (spec) => terminalCommand(connection, spec, keep),
      network: () => createNetwork(docker, keep),
    },
    swept,
    image: (source, options) =>
      source.kind === "build"
        ? buildImage(connection, source, options)
        : openImage(connection, source.image, source.platform),
    timeBuild: (source, options) => timeBuild(connection, source, options),
    untag: (tag) => gone(docker.getImage(tag).remove()),
    forget: (steps) => forgetSteps(docker, steps),
    save: (ids, signal) => saveImages(docker, ids, signal),
    tree: (id, signal) => exportTree(docker, id, signal),
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      open -= 1;
      if (open > 0) return;
      const sweeping = sweepOwn(docker);
      closing = sweeping.then(
        () => {},
        () => {},
      );
      await sweeping;
    },
  };
}

/** Several checks may run at once in one process, and labels tell only processes apart: the last one tidies up. */
let open = 0;
/** The tidying that is under way: what a new engine makes must not be swept by it. */
let closing: Promise<void> = Promise.resolve();
