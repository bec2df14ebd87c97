import type { Container, Containers, ContainerSpec } from "../model/container.ts";
import type { RunOptions } from "../model/contract.ts";
import { EngineError } from "../model/error.ts";
import type { Image } from "../model/image.ts";
import { bounded, duration, LATE } from "./deadline.ts";

/** An engine that needs longer for one container does not work. */
const START_WITHIN = 60_000;
const REMOVE_WITHIN = 30_000;

/** How one container of an image is run: the contract's `run`, and what the probe or the services change of it. */
export function containerSpec(
  image: Image,
  run: RunOptions,
  own: Partial<Pick<ContainerSpec, "args" | "env" | "ports" | "stdin" | "network">>,
): ContainerSpec {
  return {
    image: image.ref,
    args: own.args ?? run.args,
    env: { ...run.env, ...own.env },
    user: run.user,
    readOnly: run.readOnly,
    tmpfs: run.tmpfs,
    memory: run.memory,
    pids: run.pids,
    network: own.network ?? run.network,
    mounts: run.mounts,
    ports: run.network === "none" ? [] : (own.ports ?? []),
    stdin: own.stdin ?? false,
  };
}

/**
 * Starts a container, hands it to `use`, and removes it whatever comes.
 * @throws EngineError when the engine does not start one; whatever the signal was aborted with.
 */
export async function withContainer<T>(
  containers: Containers,
  spec: ContainerSpec,
  signal: AbortSignal,
  use: (container: Container) => Promise<T>,
): Promise<T> {
  const container = await launch(containers, spec, signal);
  try {
    return await use(container);
  } finally {
    await remove(container);
  }
}

/**
 * Starts a container that the caller removes.
 * @throws as `withContainer` does; one that starts too late is removed.
 */
export async function launch(
  containers: Containers,
  spec: ContainerSpec,
  signal: AbortSignal,
): Promise<Container> {
  signal.throwIfAborted();
  return await inTime(containers.start(spec), `start a container of ${spec.image}`, signal);
}

/**
 * A thing of the engine's that the caller removes.
 * @throws EngineError when it takes too long: it is removed once it comes; whatever the signal was aborted with: it is
 * removed by then.
 */
export async function inTime<T extends AsyncDisposable>(
  starting: Promise<T>,
  what: string,
  signal: AbortSignal,
): Promise<T> {
  let started: T | typeof LATE = LATE;
  try {
    started = await bounded(starting, START_WITHIN, signal);
  } finally {
    if (started === LATE) {
      const removed = starting.then(remove, () => {});
      // Whoever ends a run has the engine swept next and leaves then: what comes after that would stay.
      if (signal.aborted) await bounded(removed, START_WITHIN, null);
    }
  }
  if (started === LATE)
    throw new EngineError(`the engine did not ${what} within ${duration(START_WITHIN)}`);
  return started;
}

/** What cannot be removed now is left to the engine's own sweep at the end: the facts are not lost for it. */
export async function remove(resource: AsyncDisposable): Promise<void> {
  await bounded(Promise.resolve(resource[Symbol.asyncDispose]()), REMOVE_WITHIN, null).catch(
    () => LATE,
  );
}
