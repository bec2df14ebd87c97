import type { Container } from "../model/container.ts";
import { bounded } from "./deadline.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The error of a connection when the container is gone: which one the network gives then is a matter of chance. */
export const CONTAINER_ENDED = "container ended";
/**
 * A connection breaks before the engine tells of the container's end: 50 ms before on an idle machine, more than half a
 * second before where 14 processes wanted 2 processors.
 */
export const END_KNOWN_WITHIN = 2_000;

/** Where a port of a container is reached; null when it has ended or never published the port. */
export function reach(container: Container, port: number): Address | null {
  if (container.ended() !== null) return null;
  try {
    return container.address(port);
  } catch {
    return null; // it ended before the engine was asked for its ports, or it has no network
  }
}

/** A stable word for what went wrong: `ECONNRESET`, `timeout`, `container ended`. */
export async function broken(
  container: Container,
  code: string,
  signal: AbortSignal,
): Promise<string> {
  if (code !== "timeout") await bounded(container.end, END_KNOWN_WITHIN, signal);
  return container.ended() === null ? code : CONTAINER_ENDED;
}

/** The code of a socket's or parser's error: the same on every run, without ports and addresses. */
export function errorCode(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
