/** Why a command's signal was aborted: the user, or the system, asked it to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** The exit code that this end has by custom. */
  readonly code: number;

  constructor(code: number) {
    super("interrupted");
    this.code = code;
  }
}

const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

/** A signal that is aborted with `Interrupted` when the process is asked to end; asked twice, the process leaves at once. */
export function interruptible(): AbortSignal {
  const interrupt = new AbortController();
  for (const [signal, code] of SIGNALS)
    process.on(signal, () => {
      if (interrupt.signal.aborted) process.exit(code); // asked twice: what is left, the next run removes
      interrupt.abort(new Interrupted(code));
      process.stderr.write("\ninterrupted: removing what was started (again to leave at once)\n");
    });
  return interrupt.signal;
}
