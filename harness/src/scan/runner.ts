/** A way to run a scanner: as a program of this machine, or as a container. */
export interface Runner {
  /**
   * Runs it once. `argv` tells the arguments, given the path that the document has there.
   * @throws the reason of `signal` when that was aborted.
   */
  run(argv: Arguments, document: string | null, signal: AbortSignal): Promise<Ran>;
}

export type Arguments = (path: string) => readonly string[];

export interface Ran {
  readonly code: number;
  readonly stdout: Buffer;
  /** The end of it. */
  readonly stderr: Buffer;
  /** Why it was stopped before its end, null when it was not: `took longer than 5 minutes`. */
  readonly stopped: string | null;
}

/** Milliseconds that one scan may take: a database is some 100 MB to load the first time. */
export const SCAN_WITHIN = 5 * 60_000;

/** Most bytes of a scanner's answer: grype tells some 10 kB a finding, and images with 5,000 findings exist. */
export const ANSWER_LIMIT = 200_000_000;

/** Bytes kept of the end of what a scanner writes to standard error. */
export const LOG_LIMIT = 16_384;
