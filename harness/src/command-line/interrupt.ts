/** Why a command was ended: the user, or the system, asked for it. */
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

/** Calls back when the process is asked to end; asked twice, it leaves at once, and what is left the next run removes. */
export function onInterrupt(asked: (code: number) => void): void {
  let isAsked = false;
  for (const [signal, code] of SIGNALS)
    process.on(signal, () => {
      if (isAsked) process.exit(code);
      isAsked = true;
      asked(code);
    });
}

/** A signal that is aborted with `Interrupted` when the process is asked to end, which it says, with what it does now. */
export function interruptible(doing = "removing what was started"): AbortSignal {
  const interrupt = new AbortController();
  onInterrupt((code) => {
    interrupt.abort(new Interrupted(code));
    process.stderr.write(`\ninterrupted: ${doing} (again to leave at once)\n`);
  });
  return interrupt.signal;
}
