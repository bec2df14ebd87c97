import type { Duplex, Readable } from "node:stream";
import type Docker from "dockerode";
import type { Container, ContainerEnd, ContainerSpec } from "../model/container.ts";
import { EngineError } from "../model/error.ts";
import { openCapture } from "./capture.ts";
import { portHost, type Connection } from "./connect.ts";
import { demultiplexer } from "./demux.ts";
import { execIn } from "./exec.ts";
import { freshName, ourLabels } from "./owner.ts";
import { gone, isProgramFault, words } from "./refusal.ts";

/** Milliseconds that the last output of a container may take after its end, on a busy machine. */
const DRAINED_WITHIN = 30_000;

/**
 * Creates, attaches, starts. With `keep`, the container is stopped but not removed when it is let go.
 * @throws EngineError when the engine fails; that the image's program cannot be run is an end of the container.
 */
export async function startContainer(
  connection: Connection,
  spec: ContainerSpec,
  keep: boolean,
): Promise<Container> {
  const { docker } = connection;
  const container = await create(docker, spec, keep, connection.host);
  if (typeof container === "string") return refused(container);
  try {
    return await attachAndStart(container, spec, connection, keep);
  } catch (error) {
    await gone(container.remove({ force: true, v: true }));
    throw error;
  }
}

/** Returns the engine's words when the image has nothing that could be run. */
async function create(
  docker: Docker,
  spec: ContainerSpec,
  keep: boolean,
  host: string,
): Promise<Docker.Container | string> {
  // An engine on another machine must publish on all its addresses to be reached from here.
  const address = host.startsWith("unix:") ? "127.0.0.1" : "0.0.0.0";
  try {
    return await docker.createContainer({
      name: freshName(),
      Image: spec.image,
      ...(spec.args ? { Cmd: [...spec.args] } : {}),
      ...(spec.user === null ? {} : { User: spec.user }),
      Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
      Labels: ourLabels(keep),
      AttachStdin: spec.stdin,
      OpenStdin: spec.stdin,
      StdinOnce: spec.stdin,
      AttachStdout: true,
      AttachStderr: true,
      ExposedPorts: Object.fromEntries(spec.ports.map((port) => [`${port}/tcp`, {}])),
      HostConfig: {
        Memory: spec.memory,
        MemorySwap: spec.memory, // equal to Memory: no swap, so that both sides die of memory at the same point
        PidsLimit: spec.pids,
        NetworkMode: networkMode(spec.network),
        ReadonlyRootfs: spec.readOnly,
        Tmpfs: Object.fromEntries(spec.tmpfs.map((path) => [path, ""])),
        Binds: spec.mounts.map(({ from, to }) => `${from}:${to}:ro`),
        PortBindings: Object.fromEntries(
          spec.ports.map((port) => [`${port}/tcp`, [{ HostIp: address, HostPort: "" }]]),
        ),
        // Output is read from the attached stream: a log on disk would only let a program that prints for ever fill it.
        LogConfig: { Type: "none", Config: {} },
      },
      ...membership(spec.network),
    });
  } catch (error) {
    const text = words(error);
    if (isProgramFault(text)) return text;
    throw new EngineError(`the engine refused to create a container of ${spec.image}: ${text}`, {
      cause: error,
    });
  }
}

function networkMode(network: ContainerSpec["network"]): string {
  if (typeof network === "object") return network.network;
  return network === "none" ? "none" : "default";
}

/** The name that a container has in its network; none in the engine's own. */
function membership(network: ContainerSpec["network"]): Docker.ContainerCreateOptions {
  if (typeof network === "string" || network.alias === null) return {};
  const endpoint = { Aliases: [network.alias] };
  return { NetworkingConfig: { EndpointsConfig: { [network.network]: endpoint } } };
}

/** What stands for a container that could not even be created; 125 is what `docker run` exits with then. */
function refused(error: string): Container {
  const end = { code: 125, oom: false, error };
  const nothing = openCapture();
  nothing.finish();
  return {
    id: "",
    addresses: [],
    stdout: nothing,
    stderr: nothing,
    end: Promise.resolve(end),
    ended: () => end,
    writeStdin: () => {},
    closeStdin: () => {},
    address(port) {
      throw notPublished(port);
    },
    signal: async () => {},
    exec: () => Promise.reject(new EngineError(`exec was refused: ${error}`)),
    archive: async () => null,
    [Symbol.asyncDispose]: async () => {},
  };
}

function notPublished(port: number): EngineError {
  return new EngineError(`port ${port} of the container is not published`);
}

async function attachAndStart(
  container: Docker.Container,
  spec: ContainerSpec,
  connection: Connection,
  keep: boolean,
): Promise<Container> {
  const stdout = openCapture();
  const stderr = openCapture();
  const stream = await container.attach({
    stream: true,
    stdout: true,
    stderr: true,
    stdin: spec.stdin,
    hijack: true,
  });
  const feed = demultiplexer(stdout.push, stderr.push);
  const closed = new Promise<void>((resolve) => {
    const finish = (): void => {
      stdout.finish();
      stderr.finish();
      resolve();
    };
    stream.on("data", feed).once("end", finish).once("close", finish).on("error", finish);
  });

  const refusal = await startRefusal(container);
  if (refusal !== null) stream.end();
  let state: ContainerEnd | null = null;
  let killed = false;
  const end = (async (): Promise<ContainerEnd> => {
    const seen = await waitForEnd(container);
    state = { ...seen, oom: seen.oom && !killed, error: refusal ?? seen.error };
    // The last output arrives with the end of the attached stream, which may lag behind the exit.
    await Promise.race([closed, delay(DRAINED_WITHIN)]);
    return state;
  })();
  const settings =
    refusal === null && spec.ports.length > 0 ? (await container.inspect()).NetworkSettings : null;

  return {
    id: container.id,
    addresses: Object.values(settings?.Networks ?? {})
      .flatMap((it) => [it.IPAddress, it.GlobalIPv6Address])
      .filter(Boolean),
    stdout,
    stderr,
    end,
    ended: () => state,
    writeStdin: (bytes) => void stream.write(bytes),
    closeStdin: () => void stream.end(),
    address(port) {
      const binding = settings?.Ports[`${port}/tcp`]?.[0];
      if (!binding) throw notPublished(port);
      return { host: portHost(connection.host), port: Number(binding.HostPort) };
    },
    async signal(name) {
      const sent = name ?? (await stopSignal(container));
      killed ||= /^(SIG)?KILL$|^9$/.test(sent);
      await gone(container.kill({ signal: sent }));
    },
    exec: (argv, within) => execIn(connection.docker, container, argv, within),
    archive: (path) => archive(container, path),
    async [Symbol.asyncDispose]() {
      if (keep) await gone(container.kill());
      else await gone(container.remove({ force: true, v: true }));
      (stream as Duplex).destroy();
    },
  };
}

/**
 * Starts the container. Returns the engine's words when the program cannot be run, null when it runs.
 * @throws EngineError when it was the engine's own fault.
 */
async function startRefusal(container: Docker.Container): Promise<string | null> {
  try {
    await container.start();
    return null;
  } catch (error) {
    const text = words(error);
    if (!isProgramFault(text))
      throw new EngineError(`the engine could not start a container: ${text}`, { cause: error });
    return text;
  }
}

async function waitForEnd(container: Docker.Container): Promise<ContainerEnd> {
  try {
    await container.wait();
    return await endOf(container);
  } catch {
    return { code: 137, oom: false, error: "" }; // removed while it ran: by us, at the end of a probe
  }
}

/**
 * How a container that no longer runs ended, when nobody killed it. The engine does not always hear that the kernel
 * did (about one time in twenty with cgroup v1); but SIGKILL, 137, comes from no one else: what runs in a container
 * cannot send it to the container's first process.
 */
export async function endOf(container: Docker.Container): Promise<ContainerEnd> {
  const { State } = await container.inspect();
  const oom = State.OOMKilled || State.ExitCode === 137;
  return { code: State.ExitCode, oom, error: State.Error };
}

async function stopSignal(container: Docker.Container): Promise<string> {
  const { Config } = await container.inspect().catch((error: unknown) => {
    throw new EngineError(words(error), { cause: error });
  });
  // The types lack StopSignal, which the engine leaves out when the image has none.
  return (Config as { StopSignal?: string }).StopSignal || "SIGTERM";
}

async function archive(container: Docker.Container, path: string): Promise<Readable | null> {
  try {
    return (await container.getArchive({ path })) as Readable;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw new EngineError(`${path} could not be read from a container: ${words(error)}`, {
      cause: error,
    });
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
