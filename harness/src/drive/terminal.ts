import type { TerminalCommand } from "../model/container.ts";
import type { TerminalProbe, TerminalStep } from "../model/contract.ts";
import type { Fact, Observation, Unmet } from "../model/fact.ts";
import { duration, patience } from "./deadline.ts";
import { keyCharacters } from "./keys.ts";
import { readable } from "./match.ts";
import {
  cutNote,
  lastLines,
  outputText,
  quiet,
  quoted,
  STILL_RUNNING,
  TOO_MUCH_OUTPUT,
  withoutIds,
} from "./output.ts";
import { type Outcome, type Session, withSession } from "./session.ts";

/** A program is done with a step when it has written nothing for so long. */
const SETTLED = 50;
const SETTLED_AT_MOST = 2_000;
/** A program that was not told to be waited for may be about to end by itself: its last word decides on its exit code. */
const MAY_END_WITHIN = 1_000;

/**
 * Plays a session's steps at a terminal. Facts: `start`, `oom`, `exit.code`, and, when the program started,
 * `terminal.transcript` (until the last step settled, or until the end) and `terminal.screen`.
 * A step that does not come is unmet and ends the session.
 * @throws InputError for a key that does not exist.
 */
export async function terminal(
  probe: TerminalProbe,
  command: TerminalCommand,
  signal: AbortSignal,
): Promise<Observation> {
  return withSession(command, signal, async (session) => {
    const { output } = session;
    const failure = await play(probe, session);
    await quiet([output], patience(SETTLED), SETTLED_AT_MOST, signal);
    let seen = await look(session);
    if (failure === null) await session.leave(MAY_END_WITHIN);
    const end = output.cut() ? null : await session.end();
    if (output.ended()) seen = await look(session);

    const facts: Fact[] = [];
    const add = (fact: string, value: string): void => {
      facts.push({ probe: probe.name, fact, value });
    };
    const started = end === null || end.error === "";
    add("start", String(started));
    add("oom", String(end?.oom ?? false));
    add(
      "exit.code",
      output.cut() ? TOO_MUCH_OUTPUT : end === null ? STILL_RUNNING : String(end.code),
    );
    if (started) {
      add("terminal.transcript", seen.transcript);
      add("terminal.screen", seen.screen);
    }
    const notes = [
      ...(output.cut() ? [cutNote(probe.name, "output")] : []),
      ...(started ? [] : [`${probe.name}: could not be started: ${withoutIds(end.error)}`]),
    ];
    return { facts, unmet: failure === null ? [] : [{ probe: probe.name, ...failure }], notes };
  });
}

async function look({ output, screen }: Session): Promise<{ transcript: string; screen: string }> {
  return { transcript: outputText(output.bytes(), output.cut()), screen: await screen() };
}

/** Null when every step came, else the first that did not. */
async function play(probe: TerminalProbe, session: Session): Promise<Omit<Unmet, "probe"> | null> {
  for (const [index, step] of probe.steps.entries()) {
    const message = await take(step, probe.within, session);
    if (message !== null) return { expectation: `step ${index + 1}`, message };
  }
  return null;
}

/** Null when the step came, else one line that says what happened instead. */
async function take(step: TerminalStep, within: number, session: Session): Promise<string | null> {
  switch (step.kind) {
    case "expect":
      return without(
        `${quoted(step.text)} did not appear`,
        await session.read(step.text, within),
        within,
        session,
      );
    case "matches":
      return without(
        `nothing that matches ${quoted(step.pattern)} appeared`,
        await session.read(new RegExp(step.pattern), within),
        within,
        session,
      );
    case "type":
      return (await session.send(`${step.text}\r`, within)) ? null : tooLate("typed", step.text);
    case "press":
      return (await session.send(keyCharacters(step.key), within))
        ? null
        : tooLate("pressed", step.key);
    case "resize":
      await session.resize(step.columns, step.rows, within);
      return null;
    case "exit": {
      const outcome = await session.leave(within);
      if (outcome !== "came") return without("the program did not end", outcome, within, session);
      const code = String((await session.end())?.code ?? STILL_RUNNING);
      return step.code === null || code === String(step.code)
        ? null
        : `exit code is ${code}, expected ${step.code}`;
    }
    default:
      return step satisfies never;
  }
}

function tooLate(done: string, what: string): string {
  return `${quoted(what)} could not be ${done}: the program had ended`;
}

function without(
  what: string,
  outcome: Outcome,
  within: number,
  { output }: Session,
): string | null {
  const when = {
    came: null,
    cut: "in the first 1 MB of output",
    ended: "before the program ended",
    late: `within ${duration(within)}`,
  }[outcome];
  if (when === null) return null;
  const last = lastLines(readable(output.text()), 1)[0];
  return `${what} ${when}; ${last === undefined ? "there was no output" : `the last output was ${quoted(last)}`}`;
}
