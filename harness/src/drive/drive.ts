/**
 * A stimulus in, facts out: each kind of probe has a file here, and nothing here knows which engine runs the
 * containers or what the facts are compared with. Whatever a program does is a fact; only the engine's failures throw.
 */
import type { Containers, ContainerSpec } from "../model/container.ts";
import type { CommandProbe, Contract, Probe, StopProbe, TerminalProbe } from "../model/contract.ts";
import { ServiceError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import type { Image } from "../model/image.ts";
import { command } from "./command.ts";
import { unmet } from "./expectation.ts";
import { containerSpec, withContainer } from "./launch.ts";
import { untilReady } from "./ready.ts";
import { brokenBy, openServices, type OpenServices } from "./services.ts";
import { CONTAINER, isServed, portsOf, served, type ServedProbe } from "./served.ts";
import { terminal } from "./terminal.ts";

export interface DriveOptions {
  /** Names of the only probes to run, null for all. */
  readonly only: readonly string[] | null;
  /** Gate of the process for running containers: each task is one container from its start to its removal. */
  readonly limit: <T>(task: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
  /** Told as each probe begins. */
  readonly onProbe: (name: string) => void;
  /** Where the set of the contract's services comes from; by default one is started for this drive. */
  readonly services?: OpenServices | undefined;
}

type Results = ReadonlyMap<string, Observation>;

/** What all containers of a drive have in common. */
interface Stage extends Pick<DriveOptions, "signal" | "onProbe"> {
  readonly image: Image;
  readonly contract: Contract;
  readonly containers: Containers;
}

/** One container from its start to its removal. */
interface Task {
  /** Where its first probe stands in the contract; a stop comes last wherever it stands. */
  readonly place: number;
  run(network: ContainerSpec["network"]): Promise<Results>;
}

/**
 * Runs every probe of a contract once on one image. The facts come in the contract's order, those of the served
 * container (`container`) first, whatever the timing was. No value is judged here: what two drives of one image do not
 * repeat is noise by a later rule.
 *
 * Terminal and command probes each get a container of their own. All others share the served container, one after
 * another, the stop probe last; of several stop probes each but the first gets a fresh one. The served container also
 * runs when the contract has no terminal or command probe.
 *
 * A contract with services has a set of them for each drive, which no other has used. What one container leaves in them
 * the next one finds, so there the containers run one after another, as their first probes stand in the contract. Services
 * that fail make the observation `broken`.
 * @throws EngineError when the engine fails; InputError for a key or header that does not exist; the reason of
 * `options.signal` when that was aborted. All that it started is removed by then.
 */
export async function drive(
  image: Image,
  contract: Contract,
  containers: Containers,
  options: DriveOptions,
): Promise<Observation> {
  const { only, limit, onProbe } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const probes = contract.probes.filter(({ name }) => only?.includes(name) ?? true);
  const stage = { image, contract, containers, signal, onProbe };
  const placeOf = (probe: Probe): number => probes.indexOf(probe);
  const tasks: Task[] = [
    ...servedGroups(contract, probes).map((group, at): Task => ({
      place: Math.min(...group.filter(({ kind }) => kind !== "stop").map(placeOf)),
      async run(network) {
        const observed = await serve(group, network, stage);
        if (at > 0) observed.delete(CONTAINER); // the same container once more, for another way to stop it
        return observed;
      },
    })),
    ...probes
      .filter((it) => !isServed(it))
      .map((probe): Task => ({
        place: placeOf(probe),
        run: (network) => alone(probe, network, stage),
      })),
  ];
  if (contract.services.length > 0) {
    const open = options.services ?? ((it) => openServices(contract.services, containers, it));
    return await limit(() => besideServices(open, tasks, probes, stage));
  }
  const settled = await Promise.allSettled(
    tasks.map((task) =>
      limit(() => task.run(contract.run.network)).catch((error: unknown) => {
        failed.abort(error); // the others end and clear away; the first failure is the one to tell of
        throw signal.reason;
      }),
    ),
  );
  const results = new Map(
    settled.flatMap((it) => {
      if (it.status === "rejected") throw it.reason;
      return [...it.value];
    }),
  );
  return inOrder(probes, results);
}

/** All containers of a drive, one after another, in the network of a set of services. */
async function besideServices(
  open: OpenServices,
  tasks: readonly Task[],
  probes: readonly Probe[],
  { signal, onProbe }: Pick<Stage, "signal" | "onProbe">,
): Promise<Observation> {
  try {
    await using set = await open({ signal, onProbe });
    const results = new Map<string, Observation>();
    for (const task of tasks.toSorted((one, other) => one.place - other.place))
      for (const [name, observed] of await task.run(set.network)) results.set(name, observed);
    set.assertAlive();
    return inOrder(probes, results);
  } catch (error) {
    if (error instanceof ServiceError && !signal.aborted) return brokenBy(error);
    throw error;
  }
}

/** The probes of each served container: one container for all, and one more for each further stop probe. */
function servedGroups(contract: Contract, probes: readonly Probe[]): ServedProbe[][] {
  const stops = probes.filter((it): it is StopProbe => it.kind === "stop");
  const first = probes.filter(isServed).filter((it) => !stops.slice(1).includes(it as StopProbe));
  const needed = first.length > 0 || contract.probes.every(isServed);
  return [...(needed ? [first] : []), ...stops.slice(1).map((stop) => [stop])];
}

function serve(
  probes: readonly ServedProbe[],
  network: ContainerSpec["network"],
  { image, contract, containers, signal, onProbe }: Stage,
): Promise<Map<string, Observation>> {
  const { run } = contract;
  const ports = portsOf(contract.probes.filter(isServed));
  const named = run.ready === null || run.ready.kind === "log" ? [] : [run.ready.port];
  const spec = containerSpec(image, run, { network, ports: [...new Set([...named, ...ports])] });
  return withContainer(containers, spec, signal, async (container) => {
    const reason = await untilReady(
      container,
      run.ready,
      spec.ports.length > 0 ? ports : [],
      signal,
    );
    const observed = await served(container, reason, probes, signal, onProbe);
    const { addresses } = container;
    return new Map([...observed].map(([name, it]) => [name, { ...it, addresses }]));
  });
}

async function alone(
  probe: TerminalProbe | CommandProbe,
  network: ContainerSpec["network"],
  { image, contract: { run }, containers, signal, onProbe }: Stage,
): Promise<Results> {
  signal.throwIfAborted();
  onProbe(probe.name);
  if (probe.kind === "terminal") {
    const spec = containerSpec(image, run, { network });
    return new Map([[probe.name, await terminal(probe, containers.terminal(spec), signal)]]);
  }
  const spec = containerSpec(image, run, {
    args: probe.args,
    env: probe.env,
    stdin: probe.stdin !== null,
    network,
  });
  const observed = await withContainer(containers, spec, signal, (container) =>
    command(probe, container, signal),
  );
  return new Map([[probe.name, observed]]);
}

function inOrder(probes: readonly Probe[], results: Results): Observation {
  const all = [
    ...[results.get(CONTAINER)].filter((it) => it !== undefined),
    ...probes.flatMap((probe) => {
      const observed = results.get(probe.name);
      if (!observed) return [];
      // A probe that was not run, or whose steps did not come, has already said what is wrong.
      const held = observed.facts.length > 0 ? unmet(probe, observed.facts) : [];
      return [{ ...observed, unmet: [...observed.unmet, ...held] }];
    }),
  ];
  const addresses = [...new Set(all.flatMap((it) => it.addresses ?? []))];
  return {
    facts: all.flatMap((it) => it.facts),
    unmet: all.flatMap((it) => it.unmet),
    notes: all.flatMap((it) => it.notes),
    ...(addresses.length > 0 && { addresses }),
  };
}
