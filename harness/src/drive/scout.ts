import type { Container, Containers } from "../model/container.ts";
import type { Probe, RunOptions } from "../model/contract.ts";
import type { Scouted } from "../model/scouted.ts";
import type { Image } from "../model/image.ts";
import { bounded, LATE, patience, pause } from "./deadline.ts";
import { exchange, type Answer } from "./exchange.ts";
import { askOf } from "./http.ts";
import { containerSpec, withContainer } from "./launch.ts";
import { STILL_RUNNING } from "./output.ts";
import { reach } from "./reach.ts";
import { listens } from "./ready.ts";
import { terminal } from "./terminal.ts";

/** How long a program may take until it listens, in milliseconds; it is asked again and again. */
const LISTENS_WITHIN = 15_000;
const ASKED_EVERY = 100;
const ANSWERS_WITHIN = 5_000;
/** A program that has not ended by then serves, or waits for something. */
const ENDS_WITHIN = 3_000;
/** More pages of a site show little more. */
const MOST_LINKS = 5;

/**
 * Looks at what a program does, to know what it can be asked: on which of the image's exposed ports it listens, whether
 * that is HTTP, whether it ends by itself, and whether it waits for input at a terminal.
 * @throws EngineError when the engine fails; the signal's reason.
 */
export async function scout(
  image: Image,
  run: RunOptions,
  containers: Containers,
  signal: AbortSignal,
): Promise<Scouted> {
  const exposed = image.config.ports.flatMap((port) => {
    const number = /^(\d+)(?:\/tcp)?$/.exec(port)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  const spec = containerSpec(image, run, { ports: exposed });
  const served = await withContainer(containers, spec, signal, (container) =>
    look(container, spec.ports, signal),
  );
  const silent = served.ports.length === 0;
  return { ...served, reads: silent && (await waitsForInput(image, run, containers, signal)) };
}

async function look(
  container: Container,
  exposed: readonly number[],
  signal: AbortSignal,
): Promise<Omit<Scouted, "reads">> {
  const deadline = performance.now() + patience(LISTENS_WITHIN);
  const open = new Set<number>();
  while (container.ended() === null && open.size < exposed.length && performance.now() < deadline) {
    for (const port of exposed) {
      const address = open.has(port) ? null : reach(container, port);
      if (address && (await listens(address, signal))) open.add(port);
    }
    // One port that answers is enough to stop waiting long for the others: EXPOSE may name what is off by default.
    if (open.size > 0) break;
    await pause(ASKED_EVERY, signal);
  }
  const ports: Scouted["ports"][number][] = [];
  for (const port of exposed) {
    const address = reach(container, port);
    if (!address || !(open.has(port) || (await listens(address, signal)))) continue;
    const ask = askOf({ method: "GET", path: "/", port, headers: {}, body: null });
    const answer = await exchange(address, ask, ANSWERS_WITHIN, signal);
    ports.push(
      answer.head === null
        ? { port, speaks: "tcp", links: [] }
        : { port, speaks: "http", links: linksOf(answer) },
    );
  }
  const end =
    ports.length > 0 ? container.ended() : await bounded(container.end, ENDS_WITHIN, signal);
  return { ports, ends: end !== null && end !== LATE };
}

/** Paths on the same server that a page refers to, each once, in their order. */
function linksOf({ body }: Answer): readonly string[] {
  const links = new Set<string>();
  for (const [, path = ""] of body
    .toString("utf8")
    .matchAll(/(?:href|src|action)\s*=\s*["']?(\/(?!\/)[\w./~%?&=+-]*)/gi))
    if (path !== "/") links.add(path);
  return [...links].slice(0, MOST_LINKS);
}

async function waitsForInput(
  image: Image,
  run: RunOptions,
  containers: Containers,
  signal: AbortSignal,
): Promise<boolean> {
  const probe: Extract<Probe, { kind: "terminal" }> = {
    kind: "terminal",
    name: "waits",
    within: ANSWERS_WITHIN,
    expect: {},
    steps: [{ kind: "matches", pattern: "\\S" }], // what it asks for its input with
  };
  const command = containers.terminal(containerSpec(image, run, {}));
  const { facts } = await terminal(probe, command, signal);
  const value = (fact: string): string | undefined => facts.find((it) => it.fact === fact)?.value;
  return value("exit.code") === STILL_RUNNING && (value("terminal.transcript") ?? "") !== "";
}
