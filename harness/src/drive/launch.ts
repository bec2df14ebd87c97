import type { Container, Containers, ContainerSpec } from "../model/container.ts";
import type { RunOptions } from "../model/contract.ts";
import { EngineError } from "../model/error.ts";
import type { Image } from "../model/image.ts";
import { bounded, duration, LATE } from "./deadline.ts";

/** An engine that needs longer for one container does not work. */
const START_WITHIN = 60_000;
const REMOVE_WITHIN = 30_000;

/** How one container of an image is run: the contract's `run`, and what the probe changes of it. */
export function containerSpec(
  image: Image,
  run: RunOptions,
  own: Partial<Pick<ContainerSpec, "args" | "env" | "ports" | "stdin">>,
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
    network: run.network,
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
  signal.throwIfAborted();
  const starting = containers.start(spec);
  let container: Container | typeof LATE = LATE;
  try {
    container = await bounded(starting, START_WITHIN, signal);
    if (container === LATE)
      throw new EngineError(
        `the engine did not start a container of ${spec.image} within ${duration(START_WITHIN)}`,
      );
    return await use(container);
  } finally {
    if (container === LATE) starting.then(remove, () => {});
    else await remove(container);
  }
}

/** What cannot be removed now is left to the engine's own sweep at the end: the facts are not lost for it. */
export async function remove(resource: AsyncDisposable): Promise<void> {
  await bounded(Promise.resolve(resource[Symbol.asyncDispose]()), REMOVE_WITHIN, null).catch(
    () => LATE,
  );
}
