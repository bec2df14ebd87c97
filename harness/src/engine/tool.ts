import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { EngineError, InputError } from "../model/error.ts";
import { openCapture } from "./capture.ts";
import { connect, type Connection } from "./connect.ts";
import { demultiplexer } from "./demux.ts";
import { inspectImage, openImage } from "./images.ts";
import { freshName, ourLabels } from "./owner.ts";
import { gone, words } from "./refusal.ts";

/** Somebody's program that comes as an image, and that is run for its answer. Disposing it leaves nothing of it. */
export interface Tool extends AsyncDisposable {
  /** The image's reference, as it was asked for. */
  readonly ref: string;
  /**
   * Runs it once, with a network.
   * @throws EngineError when the engine fails; the reason of `signal` when that was aborted.
   */
  run(run: ToolRun, signal: AbortSignal): Promise<ToolEnd>;
}

export interface ToolRun {
  /** What is given to the image's entrypoint. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A file that is put into the container, at an absolute path. */
  readonly file: { readonly path: string; readonly text: string } | null;
  /** Milliseconds. */
  readonly within: number;
  /** Most bytes of standard output; the program is stopped beyond them. */
  readonly most: number;
}

export interface ToolEnd {
  readonly code: number;
  readonly stdout: Buffer;
  /** Its last 16 kB. */
  readonly stderr: Buffer;
  /** It was stopped because it had said more than was asked for, or had taken longer. */
  readonly cut: boolean;
  readonly timedOut: boolean;
}

/** A folder of the tool's containers that one run leaves to the next. */
export const KEPT_FOLDER = "/slimproof-kept";

const LOG_LIMIT = 16_384;

/**
 * The first of these images that the engine has, else the first that it can pull; null when there is none.
 * @throws EngineError when no engine answers.
 */
export async function openTool(refs: readonly string[]): Promise<Tool | null> {
  const connection = await connect();
  const here = await Promise.all(refs.map((ref) => inspectImage(connection.docker, ref)));
  const at = here.findIndex((config) => config !== null);
  for (const ref of at < 0 ? refs : [refs[at] ?? ""]) {
    const found = await openImage(connection, ref, null).catch((error: unknown) => {
      if (error instanceof InputError) return null;
      throw error;
    });
    if (found) return toolOf(connection, ref, found.config.id);
  }
  return null;
}

/** The folder is an anonymous volume of the first container, which is kept for that until the end. */
function toolOf({ docker }: Connection, ref: string, id: string): Tool {
  let first: Docker.Container | null = null;
  return {
    ref,
    async run(run, signal) {
      signal.throwIfAborted();
      const container = await create(docker, id, run, first?.id ?? null);
      first ??= container;
      try {
        if (run.file) await container.putArchive(await tarOf(run.file), { path: "/" });
        return await runToEnd(container, run, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw new EngineError(`${ref} could not be run: ${words(error)}`, { cause: error });
      } finally {
        if (container !== first) await gone(container.remove({ force: true, v: true }));
      }
    },
    async [Symbol.asyncDispose]() {
      if (first) await gone(first.remove({ force: true, v: true }));
    },
  };
}

async function create(
  docker: Docker,
  image: string,
  { args, env }: ToolRun,
  first: string | null,
): Promise<Docker.Container> {
  return await docker
    .createContainer({
      name: freshName(),
      Image: image,
      Cmd: [...args],
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Labels: ourLabels(false),
      AttachStdout: true,
      AttachStderr: true,
      ...(first === null ? { Volumes: { [KEPT_FOLDER]: {} } } : {}),
      HostConfig: {
        ...(first === null ? {} : { VolumesFrom: [first] }),
        LogConfig: { Type: "none", Config: {} },
      },
    })
    .catch((error: unknown) => {
      throw new EngineError(`the engine refused to create a container: ${words(error)}`, {
        cause: error,
      });
    });
}

async function tarOf({ path, text }: NonNullable<ToolRun["file"]>): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: path.slice(1), mode: 0o444 }, text);
  tar.finalize();
  return await buffer(tar);
}

async function runToEnd(
  container: Docker.Container,
  { within, most }: ToolRun,
  signal: AbortSignal,
): Promise<ToolEnd> {
  const stdout = openCapture(most);
  let stderr = Buffer.alloc(0);
  const stream = (await container.attach({
    stream: true,
    stdout: true,
    stderr: true,
    hijack: true,
  })) as Duplex;
  const over = Promise.withResolvers<"ended" | "cut" | "late">();
  over.promise.catch(() => {}); // an interrupt may come before it is waited for
  const timer = setTimeout(() => over.resolve("late"), within);
  const abort = (): void => over.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    const feed = demultiplexer(
      (bytes) => {
        stdout.push(bytes);
        if (stdout.cut()) over.resolve("cut");
      },
      (bytes) => (stderr = Buffer.concat([stderr, bytes]).subarray(-LOG_LIMIT)),
    );
    stream
      .on("data", feed)
      .once("end", () => over.resolve("ended"))
      .once("close", () => over.resolve("ended"))
      .on("error", over.reject);
    await container.start();
    const how = await over.promise;
    if (how !== "ended") await gone(container.kill());
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    return {
      code: StatusCode,
      stdout: stdout.bytes(),
      stderr,
      cut: how === "cut",
      timedOut: how === "late",
    };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    stream.destroy();
  }
}
