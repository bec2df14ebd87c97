import type { Readable } from "node:stream";
import type { RunOptions } from "./contract.ts";

/** What a container is made from. Everything else (labels, name, log driver) is the engine's affair. */
export interface ContainerSpec extends Omit<RunOptions, "ready" | "network"> {
  readonly image: string;
  readonly network: RunOptions["network"] | Membership;
  /** Container ports to publish on a free port of the engine's host. */
  readonly ports: readonly number[];
  /** Whether standard input is attached and kept open until `closeStdin`. */
  readonly stdin: boolean;
}

/** A place in a network that was made for a few containers. */
export interface Membership {
  readonly network: string;
  /** The name by which the others reach it, null for none. */
  readonly alias: string | null;
}

/** A network in which containers reach each other by name. Disposing it removes it, once its containers are gone. */
export interface Network extends AsyncDisposable {
  readonly name: string;
}

/** How a container ended. */
export interface ContainerEnd {
  readonly code: number;
  /** The kernel killed it, or what it waited for, for memory. */
  readonly oom: boolean;
  /** The engine's words when the program could not be started at all, else "". */
  readonly error: string;
}

/** A bounded record of one output stream. */
export interface Capture {
  /** What was kept so far: at most OUTPUT_LIMIT bytes. */
  bytes(): Buffer;
  /** Whether more came than was kept. */
  cut(): boolean;
  /** Resolves at the next bytes or at the end of the stream; at once when it has ended. */
  change(): Promise<void>;
  ended(): boolean;
}

export interface ExecResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly cut: boolean;
  /** It was still running at the deadline. */
  readonly timedOut: boolean;
}

/** A container that was created and whose start was attempted. Disposing it kills and removes it. */
export interface Container extends AsyncDisposable {
  readonly id: string;
  /** Its own in its networks; none where no port is published, or it could not be started. */
  readonly addresses: readonly string[];
  readonly stdout: Capture;
  readonly stderr: Capture;
  /** Resolves when the container has ended (at once when it could not be started). Never rejects. */
  readonly end: Promise<ContainerEnd>;
  /** The end when it has come, null while it runs. */
  ended(): ContainerEnd | null;
  writeStdin(bytes: Uint8Array): void;
  closeStdin(): void;
  /** Where a published port is reached from here. Throws when it was not published. */
  address(port: number): { readonly host: string; readonly port: number };
  /** Sends a signal (`SIGTERM`); null sends the image's STOPSIGNAL, or SIGTERM. A container that has ended is left alone. */
  signal(name: string | null): Promise<void>;
  exec(argv: readonly string[], within: number): Promise<ExecResult>;
  /** A tar stream of a path inside the container's file system, as `docker cp` gives it; null when it is not there. */
  archive(path: string): Promise<Readable | null>;
}

/** A `docker run -it` that the caller starts in a terminal of its own. */
export interface TerminalCommand extends AsyncDisposable {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How the container ended, asked of the engine after the command has returned; null while it still runs. */
  end(): Promise<ContainerEnd | null>;
}

/** The part of an engine that drives containers. */
export interface Containers {
  /** Creates, attaches, starts. A start that the engine refuses is no error here: see `end`. */
  start(spec: ContainerSpec): Promise<Container>;
  terminal(spec: ContainerSpec): TerminalCommand;
  network(): Promise<Network>;
}

/** Most bytes kept of any one output of a container: a program that prints for ever must not fill memory. */
export const OUTPUT_LIMIT = 1_000_000;
