import type { Container, Containers, ContainerSpec, Membership } from "../model/container.ts";
import type { Service } from "../model/contract.ts";
import { ServiceError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import { bounded, duration, LATE, patience, poll } from "./deadline.ts";
import { inTime, launch, remove } from "./launch.ts";
import { readable } from "./match.ts";
import { lastLines, quiet } from "./output.ts";
import { END_KNOWN_WITHIN, reach } from "./reach.ts";
import { listens, READY_WITHIN, untilReady } from "./ready.ts";

/** Services get more than a contract's `run` gives its images, and are bounded all the same. */
const MEMORY = 2 * 1024 ** 3;
const PIDS = 4096;
/** A server listens a moment before it serves: PostgreSQL refuses connections for some 20 ms then. It says what it does meanwhile. */
const SETTLED = 100;
const SETTLED_AT_MOST = 2_000;
const LOG_LINES = 8;

/** Services that run, for the images of one side and one drive of it. Disposing it removes them and all their data. */
export interface ServiceSet extends AsyncDisposable {
  /** Where the containers of the image have their place. */
  readonly network: Membership;
  /** Whether none has ended since it was ready: one that has, be it with exit code 0, serves nobody any more. */
  isUp(): boolean;
  /** @throws ServiceError when one has failed since. */
  assertAlive(): void;
}

export interface ServiceOptions {
  readonly signal: AbortSignal;
  /** Told as each of them begins. */
  readonly onProbe: (name: string) => void;
}

/** How a drive comes by its services: each set that it gets is its own. */
export type OpenServices = (options: ServiceOptions) => Promise<ServiceSet>;

interface Running {
  readonly service: Service;
  readonly container: Container;
}

/**
 * Starts services in a network of their own, in their order, each once those before it are ready.
 * @throws ServiceError for one that does not start or get ready; EngineError; the signal's reason. Nothing is left then.
 */
export async function openServices(
  services: readonly Service[],
  containers: Containers,
  { signal, onProbe }: ServiceOptions,
): Promise<ServiceSet> {
  signal.throwIfAborted();
  const network = await inTime(containers.network(), "make a network", signal);
  const running: Running[] = [];
  const lasting: Container[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map(({ container }) => remove(container)));
    await remove(network);
  };
  try {
    for (const service of services) {
      onProbe(`service ${service.name}`);
      const container = await launch(containers, specOf(service, network.name), signal);
      running.push({ service, container });
      const reason = await notReady(service, container, signal);
      if (reason !== null) throw failure({ service, container }, reason);
      if (container.ended() === null) lasting.push(container);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    network: { network: network.name, alias: null },
    isUp: () => lasting.every((container) => container.ended() === null),
    assertAlive() {
      const failed = running.find(({ container }) => hasFailed(container));
      if (failed) throw failure(failed, `${howEnded(failed.container)} while the image was driven`);
    },
    [Symbol.asyncDispose]: close,
  };
}

/** What is observed of an image whose services failed: nothing. */
export function brokenBy({ message, log }: ServiceError): Observation {
  return { facts: [], unmet: [], notes: [], broken: { message, detail: log } };
}

function specOf(service: Service, network: string): ContainerSpec {
  const { name, env, args, mounts, ready, found } = service;
  return {
    image: found?.id ?? service.image,
    env,
    args,
    user: null,
    readOnly: false,
    tmpfs: [],
    memory: MEMORY,
    pids: PIDS,
    network: { network, alias: name },
    mounts,
    ports: ready === null || ready.kind === "log" ? exposed(service) : [ready.port],
    stdin: false,
  };
}

/**
 * Waits until a service is ready; returns null, or why it is not. A line in a log is not enough where the image exposes
 * ports: while it makes its first data, PostgreSQL's and MySQL's run a server that says it is ready and that nobody else
 * reaches. Then one of the ports has to take connections too.
 */
async function notReady(
  service: Service,
  container: Container,
  signal: AbortSignal,
): Promise<string | null> {
  const { ready } = service;
  const ports = exposed(service);
  const within = ready?.within ?? READY_WITHIN;
  const until = performance.now() + within;
  if (ready !== null || ports.length === 0) {
    const reason = await untilReady(container, ready, [], signal);
    if (reason !== null) return reason;
  }
  if (ready === null || ready.kind === "log") {
    const left = Math.max(until - performance.now(), 0);
    if (!(await anyListens(ports, container, left, signal)) && container.ended() === null) {
      const log = ready === null ? "" : "its log shows what is waited for, but ";
      return `was not ready within ${duration(within)}: ${log}it takes no connection on port ${ports.join(" or ")}`;
    }
  }
  const { stdout, stderr } = container;
  await quiet([stdout, stderr], patience(SETTLED), SETTLED_AT_MOST, signal);
  // Nothing has its outputs open any more: it has ended, and the engine is about to tell.
  if (stdout.ended() && stderr.ended()) await bounded(container.end, END_KNOWN_WITHIN, signal);
  return hasFailed(container) ? `${howEnded(container)} before it was ready` : null;
}

async function anyListens(
  ports: readonly number[],
  container: Container,
  within: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (ports.length === 0) return true;
  const look = async (): Promise<boolean | null> => {
    if (container.ended() !== null) return false;
    const seen = await Promise.all(ports.map((port) => listens(reach(container, port), signal)));
    return seen.includes(true) || null;
  };
  const seen = await poll(look, within, signal);
  return seen !== LATE && seen;
}

function exposed({ found }: Service): readonly number[] {
  return found?.ports ?? [];
}

/** One that has done its work and ended, such as a migration, has not. */
function hasFailed(container: Container): boolean {
  const end = container.ended();
  return end !== null && end.code !== 0;
}

function howEnded(container: Container): string {
  const end = container.ended();
  return end?.oom ? "ran out of memory" : `ended with exit code ${end?.code ?? 0}`;
}

function failure({ service, container }: Running, reason: string): ServiceError {
  const log = [container.stdout, container.stderr].flatMap((output) =>
    lastLines(readable(output.bytes().toString()), LOG_LINES),
  );
  return new ServiceError(
    `service ${service.name} (${service.image}) ${reason}`,
    log.length > 0 ? log : ["it printed nothing"],
  );
}
