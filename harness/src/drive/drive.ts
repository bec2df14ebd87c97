/**
 * A stimulus in, facts out: each kind of probe has a file here, and nothing here knows which engine runs the
 * containers or what the facts are compared with. Whatever a program does is a fact; only the engine's failures throw.
 */
import type { Containers } from "../model/container.ts";
import type { CommandProbe, Contract, Probe, StopProbe, TerminalProbe } from "../model/contract.ts";
import type { Observation } from "../model/fact.ts";
import type { Image } from "../model/image.ts";
import { command } from "./command.ts";
import { unmet } from "./expectation.ts";
import { containerSpec, withContainer } from "./launch.ts";
import { untilReady } from "./ready.ts";
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
}

type Results = ReadonlyMap<string, Observation>;

/**
 * Runs every probe of a contract once on one image. The facts come in the contract's order, those of the served
 * container (`container`) first, whatever the timing was. No value is judged here: what two drives of one image do not
 * repeat is noise by a later rule.
 *
 * Terminal and command probes each get a container of their own. All others share the served container, one after
 * another, the stop probe last; of several stop probes each but the first gets a fresh one. The served container also
 * runs when the contract has no terminal or command probe.
 * @throws EngineError when the engine fails; InputError for a key or header that does not exist; the reason of
 * `options.signal` when that was aborted. All its containers are removed by then.
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
  const tasks: (() => Promise<Results>)[] = [
    ...servedGroups(contract, probes).map((group, at) => async () => {
      const observed = await serve(image, contract, group, containers, signal, onProbe);
      if (at > 0) observed.delete(CONTAINER); // the same container once more, for another way to stop it
      return observed;
    }),
    ...probes
      .filter((it) => !isServed(it))
      .map((probe) => () => alone(image, contract, probe, containers, signal, onProbe)),
  ];
  const settled = await Promise.allSettled(
    tasks.map((task) =>
      limit(task).catch((error: unknown) => {
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

/** The probes of each served container: one container for all, and one more for each further stop probe. */
function servedGroups(contract: Contract, probes: readonly Probe[]): ServedProbe[][] {
  const stops = probes.filter((it): it is StopProbe => it.kind === "stop");
  const first = probes.filter(isServed).filter((it) => !stops.slice(1).includes(it as StopProbe));
  const needed = first.length > 0 || contract.probes.every(isServed);
  return [...(needed ? [first] : []), ...stops.slice(1).map((stop) => [stop])];
}

function serve(
  image: Image,
  contract: Contract,
  probes: readonly ServedProbe[],
  containers: Containers,
  signal: AbortSignal,
  onProbe: (name: string) => void,
): Promise<Map<string, Observation>> {
  const { run } = contract;
  const ports = portsOf(contract.probes.filter(isServed));
  const named = run.ready === null || run.ready.kind === "log" ? [] : [run.ready.port];
  const spec = containerSpec(image, run, { ports: [...new Set([...named, ...ports])] });
  return withContainer(containers, spec, signal, async (container) => {
    const reason = await untilReady(
      container,
      run.ready,
      spec.ports.length > 0 ? ports : [],
      signal,
    );
    return served(container, reason, probes, signal, onProbe);
  });
}

async function alone(
  image: Image,
  { run }: Contract,
  probe: TerminalProbe | CommandProbe,
  containers: Containers,
  signal: AbortSignal,
  onProbe: (name: string) => void,
): Promise<Results> {
  signal.throwIfAborted();
  onProbe(probe.name);
  if (probe.kind === "terminal") {
    const spec = containerSpec(image, run, {});
    return new Map([[probe.name, await terminal(probe, containers.terminal(spec), signal)]]);
  }
  const spec = containerSpec(image, run, {
    args: probe.args,
    env: probe.env,
    stdin: probe.stdin !== null,
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
  return {
    facts: all.flatMap((it) => it.facts),
    unmet: all.flatMap((it) => it.unmet),
    notes: all.flatMap((it) => it.notes),
  };
}
