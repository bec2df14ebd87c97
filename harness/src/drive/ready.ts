import { connect } from "node:net";
import type { Container } from "../model/container.ts";
import type { Ready } from "../model/contract.ts";
import { bounded, duration, LATE, patience, pause, poll } from "./deadline.ts";
import { exchange } from "./exchange.ts";
import { askOf } from "./http.ts";
import { allEnded, withoutIds } from "./output.ts";
import { reach, type Address } from "./reach.ts";

/** How long a container may take that the contract says nothing about. */
export const READY_WITHIN = 30_000;
/** How long a container is watched of which nothing is known to wait for. */
const WATCHED = 2_000;
/**
 * A published port accepts connections before the program does: Docker's proxy takes them, and closes at once when
 * nothing listens behind it, or rather as soon as it comes to that on a busy machine.
 */
const REFUSED_WITHIN = 60;
/** One request may hang where the next is answered. */
const ONE_REQUEST = 5_000;
const DRAINED_WITHIN = 2_000;
const GATHERED_WITHIN = 10;

/**
 * Waits until a container is ready: as `ready` says (http: an answer below 400; log: a match in standard output or
 * error; port: a connection that stays open), else until all of `ports` take connections, else, with no ports, for a
 * moment or until it has ended. Returns null, or why it is not ready; at once when the container has ended.
 */
export async function untilReady(
  container: Container,
  ready: Ready | null,
  ports: readonly number[],
  signal: AbortSignal,
): Promise<string | null> {
  const waits = ready !== null || ports.length > 0;
  const within = waits ? (ready?.within ?? READY_WITHIN) : WATCHED;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const outcome = await bounded(
    Promise.race([
      ...(waits ? [seen(container, ready, ports, within, either)] : []),
      container.end,
    ]),
    within,
    signal,
  ).finally(() => stop.abort());

  if (outcome === null) return null;
  if (outcome === LATE) return waits ? `was not ready within ${duration(within)}` : null;
  if (outcome.error !== "") return `could not be started: ${withoutIds(outcome.error)}`;
  if (!waits || (await logShows(container, ready, signal))) return null;
  return outcome.oom
    ? "ran out of memory before it was ready"
    : `ended with exit code ${outcome.code} before it was ready`;
}

/** Null once the container shows that it is ready. */
async function seen(
  container: Container,
  ready: Ready | null,
  ports: readonly number[],
  within: number,
  signal: AbortSignal,
): Promise<null | typeof LATE> {
  if (ready?.kind === "log") return inLog(container, new RegExp(ready.pattern), signal);
  const looks =
    ready?.kind === "http"
      ? [() => answers(reach(container, ready.port), ready.path, ready.port, signal)]
      : (ready === null ? ports : [ready.port]).map(
          (port) => () => listens(reach(container, port), signal),
        );
  const all = await Promise.all(looks.map((look) => poll(look, within, signal)));
  return all.includes(LATE) ? LATE : null;
}

async function inLog(container: Container, pattern: RegExp, signal: AbortSignal): Promise<null> {
  const { stdout, stderr } = container;
  while (!matches(container, pattern)) {
    await Promise.race([stdout.change(), stderr.change()]);
    await pause(GATHERED_WITHIN, signal); // and what comes with it: a long log is not searched for each of its lines
  }
  return null;
}

async function answers(
  address: Address | null,
  path: string,
  port: number,
  signal: AbortSignal,
): Promise<true | null> {
  if (address === null) return null;
  const ask = askOf({ method: "GET", path, port, headers: {}, body: null });
  const { head } = await exchange(address, ask, ONE_REQUEST, signal);
  return (head !== null && head.status < 400) || null;
}

/** A program that says it is ready and ends: its last words count. */
async function logShows(
  container: Container,
  ready: Ready | null,
  signal: AbortSignal,
): Promise<boolean> {
  if (ready?.kind !== "log") return false;
  await allEnded([container.stdout, container.stderr], DRAINED_WITHIN, signal);
  return matches(container, new RegExp(ready.pattern));
}

function matches({ stdout, stderr }: Container, pattern: RegExp): boolean {
  return [stdout, stderr].some((output) => pattern.test(output.bytes().toString()));
}

export function listens(address: Address | null, signal: AbortSignal): Promise<true | null> {
  if (address === null || signal.aborted) return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = connect(address);
    const finish = (seen: true | null): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.destroy();
      resolve(seen);
    };
    const abort = (): void => finish(null);
    let timer = setTimeout(() => finish(null), ONE_REQUEST);
    signal.addEventListener("abort", abort, { once: true });
    socket
      .once("connect", () => {
        clearTimeout(timer);
        timer = setTimeout(() => finish(true), patience(REFUSED_WITHIN));
      })
      .once("data", () => finish(true))
      .once("end", () => finish(null))
      .once("close", () => finish(null))
      .once("error", () => finish(null));
  });
}
