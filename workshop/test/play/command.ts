/** The workshop as a process, with no engine but the one that a test gives it. */
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { execa } from "execa";

export const CLI = join(import.meta.dirname, "..", "..", "src", "cli.js");

/** An address where nothing listens. */
export const NO_ENGINE = "unix:///nonexistent/docker.sock";

export interface Said {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

type Environment = Readonly<Record<string, string>>;

/** Starts a command in a folder, with no terminal at any end. */
export function start(args: readonly string[], cwd: string, env: Environment = {}) {
  const { PATH = "", HOME = "" } = process.env; // what else a developer or CI has set must not decide a test
  return execa(process.execPath, [CLI, ...args], {
    cwd,
    env: { PATH, HOME, DOCKER_HOST: NO_ENGINE, ...env },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stripFinalNewline: false,
  });
}

/** Runs a command to its end. */
export async function say(
  args: readonly string[],
  cwd: string,
  env: Environment = {},
): Promise<Said> {
  const { exitCode, stdout, stderr } = await start(args, cwd, env);
  return { code: exitCode, out: stdout, err: stderr };
}

export interface SilentEngine extends AsyncDisposable {
  readonly host: string;
  /** Resolves when somebody has asked something. */
  readonly asked: Promise<unknown>;
  /** Hangs up on all who wait for an answer. */
  hangUp(): void;
}

/** An engine that takes every request and never answers: whoever asks it is in the middle of something. */
export async function silentEngine(folder: string): Promise<SilentEngine> {
  const socket = join(folder, "silent.sock");
  const server = createServer(() => {});
  const asked = once(server, "request");
  server.listen(socket);
  await once(server, "listening");
  return {
    host: `unix://${socket}`,
    asked,
    hangUp: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
