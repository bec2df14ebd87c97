import { availableParallelism, loadavg } from "node:os";

/** What `bounded` gives when the time was up first. */
export const LATE = Symbol("late");

/**
 * A promise with a deadline in milliseconds: nothing in this folder waits without one.
 * Rejects with the signal's reason when that is aborted first; null cannot be aborted (for clearing away).
 */
export async function bounded<T>(
  promise: Promise<T>,
  milliseconds: number,
  signal: AbortSignal | null,
): Promise<T | typeof LATE> {
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limits = new Promise<typeof LATE>((resolve, reject) => {
    timer = setTimeout(resolve, Math.max(0, milliseconds), LATE);
    onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, limits]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  }
}

/** Waits for what has its own bounds, or others wait for as well, but no longer than until the signal, whose reason it throws. */
export async function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const stop = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([awaited, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Waits; for the pauses between two looks at something that cannot be waited for. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await bounded(new Promise<never>(() => {}), milliseconds, signal);
}

/**
 * Looks again and again, with pauses that grow from 10 ms to 200 ms (a tenth of the time it took so far), until `look` gives something else than null or
 * `within` milliseconds are over.
 */
export async function poll<T>(
  look: () => Promise<T | null>,
  within: number,
  signal: AbortSignal,
): Promise<T | typeof LATE> {
  const until = performance.now() + within;
  for (let wait = 10; ; wait = Math.min(wait * 1.15, 200)) {
    const seen = await bounded(look(), until - performance.now(), signal);
    if (seen !== null) return seen;
    const left = until - performance.now();
    if (left <= 0) return LATE;
    await pause(Math.min(wait, left), signal);
  }
}

/**
 * Milliseconds of silence that tell that a program waits, on this machine as busy as it is: where eight programs want
 * each processor, one that has more to say may be silent for eight times as long.
 */
export function patience(milliseconds: number): number {
  const [load = 0] = loadavg();
  return milliseconds * Math.min(Math.max(load / availableParallelism(), 1), 10);
}

/** Milliseconds for a reader: `250 ms`, `30 s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1_000 ? `${milliseconds} ms` : `${milliseconds / 1_000} s`;
}
