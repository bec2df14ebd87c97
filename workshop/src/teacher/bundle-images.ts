import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { execa } from "execa";
import { InputError } from "slimproof";
import { hasImage, type DockerCommand } from "../docker/command.ts";

export interface BundleOptions {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** How the runner was called, for advice. */
  readonly call: string;
}

/** Images that the engine has now; what it lacks is pulled. Those that a text only offers may be left out. */
export async function fetched(
  docker: DockerCommand,
  images: readonly string[],
  { signal, log }: Pick<BundleOptions, "signal" | "log">,
  otherwise: "fail" | "leave out" = "fail",
): Promise<readonly string[]> {
  const there: string[] = [];
  for (const image of images) {
    if (!(await hasImage(docker, image))) {
      log(`pulling ${image}`);
      const options = { env: docker.env, cancelSignal: signal, reject: false } as const;
      const pull = await execa(docker.file, ["pull", "--quiet", image], {
        ...options,
        stdin: "ignore",
      });
      signal.throwIfAborted();
      if (pull.exitCode !== 0) {
        const why = `${image} cannot be pulled: ${lastLine(pull.stderr)}`;
        if (otherwise === "fail")
          throw new InputError(`${why}; check the network, or \`docker login\``);
        log(`${why}; left out, as only a text offers it`);
        continue;
      }
    }
    there.push(image);
  }
  return there;
}

/** Level 1: images are large, and a class copies them from a stick once. */
export async function saveImages(
  docker: DockerCommand,
  images: readonly string[],
  to: string,
  { signal, call }: Pick<BundleOptions, "signal" | "call">,
): Promise<void> {
  const save = execa(docker.file, ["save", ...images], {
    env: docker.env,
    cancelSignal: signal,
    reject: false,
    stdin: "ignore",
    encoding: "buffer",
    buffer: { stdout: false },
  });
  await pipeline(save.stdout, createGzip({ level: 1 }), createWriteStream(to), { signal });
  const { exitCode, stderr } = await save;
  if (exitCode !== 0)
    throw new InputError(
      `the images cannot be saved: ${lastLine(Buffer.from(stderr).toString())}; \`${call} doctor\` tells which are missing`,
    );
}

/** What a command said at its end. */
export function lastLine(text: string): string {
  const lines = text.trimEnd().split("\n");
  return lines.findLast((it) => !PARTING.test(it)) ?? "";
}

/** What tar says last, whatever went wrong. */
const PARTING =
  /^\S*tar: (?:Exiting with failure status|Error is not recoverable|Error exit delayed)/;
