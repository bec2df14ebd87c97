import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import type Docker from "dockerode";
import type { ImageBuildOptions } from "dockerode";
import type { ImageSource } from "../model/contract.ts";
import { BuildError, EngineError } from "../model/error.ts";
import type { Image } from "../model/image.ts";
import type { BuildStep } from "../model/rebuild.ts";
import { platformsOf } from "./build-args.ts";
import { buildError } from "./build-failure.ts";
import { openBuildLog, type BuildEvent, type BuildLog } from "./build-log.ts";
import type { Connection } from "./connect.ts";
import { sendAsDockerDoes } from "./context.ts";
import { ownEnv, readDockerfile, type DockerfileFacts } from "./dockerfile.ts";
import { inspectImage, standInsOf } from "./images.ts";
import { freshName, ourLabels } from "./owner.ts";
import { words } from "./refusal.ts";

export interface BuildOptions {
  readonly cache: boolean;
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly onEvent: (event: BuildEvent) => void;
  /** What errors call the Dockerfile; its path from here when left out. */
  readonly shownAs?: string;
}

/** A step may print nothing for long (a compiler, a download); half an hour without a single word is a dead engine. */
const SILENCE_LIMIT = 30 * 60_000;

export type BuildSource = Extract<ImageSource, { kind: "build" }>;

/** What came of a build that succeeded: the image has only this tag. */
interface Built {
  readonly tag: string;
  readonly facts: DockerfileFacts;
  readonly log: BuildLog;
  /** From the request to the end of the engine's answer. */
  readonly seconds: number;
}

/**
 * Builds a Dockerfile with BuildKit through Testcontainers' image client, to a tag that no build had before: on a tag
 * that exists, a failed build would leave the old image there and nobody would notice.
 * @throws BuildError when it does not build; EngineError when the engine is gone.
 */
export async function buildImage(
  connection: Connection,
  source: BuildSource,
  options: BuildOptions,
): Promise<Image> {
  const began = performance.now();
  const { tag, facts } = await build(connection, source, options);
  const config = await inspectImage(connection.docker, tag);
  if (!config)
    throw new EngineError(`the engine lost ${tag} as soon as it was built: is its disk full?`);
  const bases = await Promise.all(facts.bases.map((base) => inspectImage(connection.docker, base)));
  return {
    ref: tag,
    config,
    ownEnv: ownEnv(facts, source.target),
    standIns: standInsOf([config, ...bases.filter((base) => base !== null)]),
    buildSeconds: (performance.now() - began) / 1000,
  };
}

/** How long a build took, and its steps. */
export interface TimedBuild {
  /** A tag that only this build has. */
  readonly tag: string;
  readonly seconds: number;
  readonly steps: readonly BuildStep[];
}

/**
 * As `buildImage`, for whoever wants to know how the time went and not what was built.
 * @throws as `buildImage` does.
 */
export async function timeBuild(
  connection: Connection,
  source: BuildSource,
  options: BuildOptions,
): Promise<TimedBuild> {
  const { tag, log, seconds } = await build(connection, source, options);
  return { tag, seconds, steps: log.steps() };
}

async function build(
  connection: Connection,
  source: BuildSource,
  options: BuildOptions,
): Promise<Built> {
  options.signal.throwIfAborted();
  const file = join(source.context, source.dockerfile);
  const shown = options.shownAs ?? relative(process.cwd(), file);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw unreadable(shown, error);
  });
  const facts = readDockerfile(
    text,
    source.args,
    platformsOf(connection.platform, source.platform),
  );
  refuseSyntaxLine(connection, shown, facts);
  const tag = `slimproof/${freshName()}:build`;
  const log = openBuildLog(options.onEvent);
  const began = performance.now();
  await runBuild(connection, source, tag, log, shown, options);
  const seconds = (performance.now() - began) / 1000;
  const failure = log.failure();
  if (failure || !log.imageId())
    throw buildError({ shown, facts, sandboxed: connection.sandbox !== null }, failure);
  return { tag, facts, log, seconds };
}

async function runBuild(
  connection: Connection,
  source: BuildSource,
  tag: string,
  log: BuildLog,
  shown: string,
  options: BuildOptions,
): Promise<void> {
  // Loaded here, for a check of images that exist does not need it.
  const { getContainerRuntimeClient } = await import("testcontainers");
  const { image: client } = await getContainerRuntimeClient();
  const request: ImageBuildOptions = {
    t: tag,
    dockerfile: source.dockerfile,
    buildargs: { ...source.args },
    labels: ourLabels(options.keep),
    nocache: !options.cache,
    version: "2", // BuildKit
    ...(source.target === null ? {} : { target: source.target }),
    ...(source.platform === null ? {} : { platform: source.platform }),
  };
  const failed = Promise.withResolvers<never>();
  const stop = (): void => failed.reject(options.signal.reason);
  options.signal.addEventListener("abort", stop, { once: true });
  if (options.signal.aborted) stop();
  const tapped = tap(connection.docker, shown, log, options.signal, failed.reject);
  const silence = watchSilence(log, failed.reject);
  try {
    // Testcontainers reads the engine's answer but keeps neither its error nor its steps: a view of its client,
    // whose engine is ours, sees every line first.
    const view = Object.create(sendAsDockerDoes(client), {
      dockerode: { value: tapped },
    }) as typeof client;
    const built = view.build(source.context, request).catch((error: unknown) => {
      throw unreadable(shown, error); // nothing else is left that could fail
    });
    await Promise.race([built, failed.promise]);
  } finally {
    clearInterval(silence);
    options.signal.removeEventListener("abort", stop);
  }
}

/** A dockerode whose `buildImage` hands each line of the answer to `log`, and whose refusals are not lost. */
function tap(
  docker: Docker,
  shown: string,
  log: BuildLog,
  signal: AbortSignal,
  fail: (error: Error) => void,
): Docker {
  const build = async (context: Readable, options: ImageBuildOptions) => {
    const copy = new PassThrough();
    // Also when nobody reads it any more: its folder may be gone by then.
    context.on("error", (error) => fail(unreadable(shown, error)));
    try {
      const answer = await docker.buildImage(context, { ...options, abortSignal: signal });
      answer.setEncoding("utf8");
      let rest = "";
      answer.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) log.line(line);
      });
      answer.once("end", () => {
        log.line(rest);
        copy.end();
      });
      answer.on("error", (error) => {
        fail(new EngineError(`the engine broke off a build: ${error.message}`, { cause: error }));
        copy.end();
      });
    } catch (error) {
      // A refusal before the first line, e.g. of a Dockerfile that is not in the context.
      if (!(error as { statusCode?: number }).statusCode)
        fail(
          new EngineError(`the engine is gone: ${words(error)}; is it still running?`, {
            cause: error,
          }),
        );
      log.line(JSON.stringify({ error: words(error) }));
      copy.end();
      context.destroy();
    }
    return copy;
  };
  return Object.create(docker, { buildImage: { value: build } }) as Docker;
}

function watchSilence(log: BuildLog, fail: (error: Error) => void): NodeJS.Timeout {
  return setInterval(() => {
    if (Date.now() - log.lastWord() > SILENCE_LIMIT)
      fail(
        new EngineError("the engine has said nothing for 30 minutes while it built: restart it"),
      );
  }, 10_000).unref();
}

function unreadable(shown: string, error: unknown): BuildError {
  return new BuildError(`${shown}: what is to be built cannot be read: ${words(error)}`, {
    dockerfile: shown,
    stage: null,
    step: null,
    exitCode: null,
    log: [],
  });
}

/** BuildKit pulls the frontend that a `# syntax=` line names; the private engine reaches no registry to pull it from. */
function refuseSyntaxLine(connection: Connection, shown: string, facts: DockerfileFacts): void {
  if (!connection.sandbox || !facts.syntax) return;
  throw new BuildError(
    `${shown}:1: the private engine cannot pull the frontend \`# syntax=${facts.syntax}\`: remove that line (the engine's own frontend knows current syntax), or use a Docker engine that reaches a registry`,
    { dockerfile: shown, stage: null, step: null, exitCode: null, log: [] },
  );
}
