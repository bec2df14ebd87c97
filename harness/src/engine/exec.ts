import type Docker from "dockerode";
import type { ExecResult } from "../model/container.ts";
import { EngineError } from "../model/error.ts";
import { openCapture } from "./capture.ts";
import { demultiplexer } from "./demux.ts";
import { isProgramFault, words } from "./refusal.ts";

/** Milliseconds that the engine has, after the last output, to say how a command ended. */
const SETTLE = 10_000;

/**
 * Runs a command in a running container, at most `within` milliseconds.
 * @throws EngineError when the engine refuses, e.g. because the container has ended.
 */
export async function execIn(
  docker: Docker,
  container: Docker.Container,
  argv: readonly string[],
  within: number,
): Promise<ExecResult> {
  const stdout = openCapture();
  const stderr = openCapture();
  const run = await container
    .exec({ Cmd: [...argv], AttachStdout: true, AttachStderr: true })
    .catch(refuse);
  const stream = await run.start({ hijack: true, stdin: false }).catch((error: unknown) => {
    if (!isProgramFault(words(error))) return refuse(error);
    stderr.push(Buffer.from(words(error)));
    return null;
  });
  let timedOut = false;
  if (stream) {
    const feed = demultiplexer(stdout.push, stderr.push);
    const finished = new Promise<void>((resolve) => {
      stream.on("data", feed).once("end", resolve).once("close", resolve).on("error", resolve);
    });
    timedOut = await Promise.race([finished.then(() => false), delay(within).then(() => true)]);
    stream.destroy();
  }
  return {
    code: timedOut ? 137 : await exitCode(docker.getExec(run.id)),
    stdout: stdout.bytes(),
    stderr: stderr.bytes(),
    cut: stdout.cut() || stderr.cut(),
    timedOut,
  };
}

/** The engine may close the output before it has noted the exit code: until then, the command counts as running. */
async function exitCode(run: Docker.Exec): Promise<number> {
  const deadline = Date.now() + SETTLE;
  for (let pause = 5; ; pause *= 2) {
    const { Running, ExitCode } = await run.inspect().catch(refuse);
    if (!Running && ExitCode !== null) return ExitCode;
    if (Date.now() > deadline)
      throw new EngineError("the engine does not say how an exec ended, though its output has");
    await delay(pause);
  }
}

function refuse(error: unknown): never {
  throw new EngineError(`exec was refused: ${words(error)}`, { cause: error });
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
