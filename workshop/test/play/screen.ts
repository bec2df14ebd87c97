/** A runner in a real terminal, and the screen as a person sees it. */
import { spawn } from "node-pty";
import headless from "@xterm/headless";

export interface Played {
  readonly pid: number;
  /** The lines of the screen, without blanks at their ends. */
  screen(): string;
  /** All that was written, with what moves the cursor and colours. */
  written(): string;
  press(keys: string): void;
  /** Waits until the screen shows it. Rejects with the screen when it does not in time, or the runner has ended. */
  shows(what: RegExp, within?: number): Promise<void>;
  /** Waits for its end: the exit code, null when it was killed. */
  readonly ended: Promise<number | null>;
}

/** Starts a command of Node's in a pty of 80 by 24; `TERM` and `NO_COLOR` are as `env` says, else xterm without colours. */
export function play(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Played {
  // What the tests themselves were called by must not decide what the runner calls itself.
  const { CI: _, FORCE_COLOR: __, MAKELEVEL: ___, ...inherited } = process.env;
  const pty = spawn(process.execPath, [...args], {
    cols: 80,
    rows: 24,
    name: env["TERM"] ?? "xterm-256color",
    encoding: null,
    cwd,
    env: { ...inherited, NO_COLOR: "1", ...env },
  });
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const screen = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: 24 }, (_line, at) =>
      active.getLine(active.viewportY + at)?.translateToString(true),
    );
    return lines.join("\n").trimEnd();
  };
  let isOver = false;
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  const all: Buffer[] = [];
  pty.onData((bytes) => {
    all.push(Buffer.from(bytes));
    terminal.write(bytes, look);
  });
  const ended = new Promise<number | null>((resolve) =>
    pty.onExit(({ exitCode, signal }) => {
      isOver = true;
      terminal.write("", look); // after all that it wrote before
      resolve(signal ? null : exitCode);
    }),
  );
  return {
    pid: pty.pid,
    screen,
    written: () => Buffer.concat(all).toString(),
    press: (keys) => pty.write(keys),
    shows: (what, within = 120_000) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const fail = (why: string): void => {
          done();
          reject(new Error(`${why}, and the screen does not show ${what}:\n${screen()}`));
        };
        const check = (): void => {
          if (what.test(screen())) {
            done();
            resolve();
          } else if (isOver) fail("the runner has ended");
        };
        const timer = setTimeout(() => fail(`${within} ms are over`), within);
        waiting.add(check);
        check();
      }),
    ended,
  };
}
