import type { ContainerEnd, TerminalCommand } from "../model/container.ts";
import { bounded, LATE, patience, pause, poll } from "./deadline.ts";
import { remove } from "./launch.ts";
import { endOfMatch } from "./match.ts";
import { quiet } from "./output.ts";
import { openPty } from "./pty.ts";
import { openScreen } from "./screen.ts";
import { openTranscript, type Transcript } from "./transcript.ts";

/** How a wait ended: it came; the output went over its limit, the program ended, or the time was up before it came. */
export type Outcome = "came" | "cut" | "ended" | "late";

/** A person at a terminal, in front of one program. Times in milliseconds. */
export interface Session {
  readonly output: Transcript;
  /** Waits for a text or pattern in what was written since the last one that came. */
  read(wanted: string | RegExp, within: number): Promise<Outcome>;
  /** Sends keys once the program is quiet. False when it had ended before. */
  send(keys: string, within: number): Promise<boolean>;
  /** Changes the size of the terminal once the program is quiet. */
  resize(columns: number, rows: number, within: number): Promise<void>;
  /** Waits for the end of the program and of its output, which is then complete. */
  leave(within: number): Promise<Outcome>;
  /** How the container ended; null while it runs. */
  end(): Promise<ContainerEnd | null>;
  screen(): Promise<string>;
}

/** The terminal of the contract's `terminal` probes. */
const SIZE = { columns: 120, rows: 30 };
/** A program that has written nothing for so long waits for input: echo and answer then always come in one order. */
const QUIET = 20;
/** The same when nothing was read since the last input: the program may be at work on its answer. */
const QUIET_AFTER_INPUT = 50;
/** A program that never is quiet, like one with a spinner, gets its input all the same. */
const QUIET_AT_MOST = 1_000;
/** After a start or an input something is to be expected, an echo at least; a `cat` or a hidden password gives nothing. */
const FIRST_OUTPUT = 500;
/** The command returns a moment before the engine knows of the container's end. */
const END_KNOWN_WITHIN = 2_000;
/** A screen that takes longer to draw was made to. */
const DRAWN_WITHIN = 10_000;

/** Opens a session, hands it to `use`, and ends and removes the program whatever comes. */
export async function withSession<T>(
  command: TerminalCommand,
  signal: AbortSignal,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const output = openTranscript();
  const screen = openScreen(SIZE, (answer) => pty.write(answer));
  const pty = openPty(
    command,
    SIZE,
    (bytes) => {
      if (output.cut()) return;
      screen.write(output.push(bytes));
      if (output.cut()) pty.kill();
    },
    output.finish,
  );
  let matched = 0;
  let seenRunning = false;
  let unread = true;
  let lengthAtInput = 0;

  const wait = async (within: number, look: () => boolean): Promise<Outcome> => {
    const until = performance.now() + within;
    for (;;) {
      const began = performance.now();
      if (look()) return "came";
      if (output.cut()) return "cut";
      if (output.ended()) return "ended";
      const took = performance.now() - began;
      const change = bounded(output.change(), until - performance.now(), signal);
      if ((await change) === LATE) return "late";
      // A long text is not searched again for every few bytes that are added to it.
      if (took > 1) await pause(4 * took, signal);
    }
  };
  const ended = (within: number): Promise<Outcome> =>
    wait(within, () => output.ended() && !output.cut());
  /** A key sent earlier would be echoed, or taken as an order, by our side's terminal: it is handed over with the start. */
  const running = async (): Promise<true | null> =>
    output.ended() || (await command.end()) === null || null;
  const readyForInput = async (within: number): Promise<void> => {
    if (!seenRunning) await poll(running, within, signal);
    seenRunning = true;
    if (output.text().length === lengthAtInput)
      await bounded(output.change(), FIRST_OUTPUT, signal);
    await quiet([output], patience(unread ? QUIET_AFTER_INPUT : QUIET), QUIET_AT_MOST, signal);
    unread = true;
    lengthAtInput = output.text().length;
  };

  try {
    return await use({
      output,
      read: (wanted, within) =>
        wait(within, () => {
          const end = endOfMatch(output.text(), matched, wanted);
          if (end === -1) return false;
          matched = end;
          unread = false;
          return true;
        }),
      async send(keys, within) {
        await readyForInput(within);
        if (!output.ended()) pty.write(keys);
        return !output.ended();
      },
      async resize(columns, rows, within) {
        await readyForInput(within);
        pty.resize(columns, rows);
        screen.resize(columns, rows);
      },
      leave: ended,
      async end() {
        const end = output.ended()
          ? await poll(() => command.end(), END_KNOWN_WITHIN, signal)
          : await bounded(command.end(), END_KNOWN_WITHIN, signal);
        // An end that the engine knows of before the command has returned: the last output is on its way.
        if (end === LATE || end === null || (await ended(END_KNOWN_WITHIN)) !== "came") return null;
        return end;
      },
      async screen() {
        const text = await bounded(screen.text(), DRAWN_WITHIN, signal);
        return text === LATE ? "none (it could not be drawn)" : text;
      },
    });
  } finally {
    pty.kill();
    screen.dispose();
    await remove(command);
  }
}
