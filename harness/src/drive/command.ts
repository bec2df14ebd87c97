import type { Container } from "../model/container.ts";
import type { CommandProbe } from "../model/contract.ts";
import type { Fact, Observation } from "../model/fact.ts";
import { bounded, duration, LATE } from "./deadline.ts";
import {
  allEnded,
  cutNote,
  outputText,
  STILL_RUNNING,
  TOO_MUCH_OUTPUT,
  withoutIds,
} from "./output.ts";

/** The last output of a program that has ended arrives within this time, milliseconds. */
export const DRAINED_WITHIN = 2_000;

/**
 * Feeds a container its whole standard input at once and waits for its end. Facts: `start`, `oom`, `exit.code`, and,
 * when the program started, `stdout` and `stderr`. The caller removes the container, and with it a program that was
 * too slow or wrote too much.
 */
export async function command(
  probe: CommandProbe,
  container: Container,
  signal: AbortSignal,
): Promise<Observation> {
  const { stdout, stderr } = container;
  if (probe.stdin !== null) {
    container.writeStdin(Buffer.from(probe.stdin));
    container.closeStdin();
  }
  const late =
    (await bounded(Promise.race([container.end, overflow(container)]), probe.within, signal)) ===
    LATE;
  if (container.ended() !== null) await allEnded([stdout, stderr], DRAINED_WITHIN, signal);
  const end = container.ended();
  const cut = stdout.cut() || stderr.cut();

  const started = end === null || end.error === "";
  const facts: Fact[] = [];
  const add = (fact: string, value: string): void => {
    facts.push({ probe: probe.name, fact, value });
  };
  add("start", String(started));
  add("oom", String(end?.oom ?? false));
  add("exit.code", cut ? TOO_MUCH_OUTPUT : end === null ? STILL_RUNNING : String(end.code));
  if (started) {
    add("stdout", outputText(stdout.bytes(), stdout.cut()));
    add("stderr", outputText(stderr.bytes(), stderr.cut()));
  }
  const notes = [
    ...(stdout.cut() ? [cutNote(probe.name, "stdout")] : []),
    ...(stderr.cut() ? [cutNote(probe.name, "stderr")] : []),
    ...(late && !cut
      ? [`${probe.name}: killed, it had not ended within ${duration(probe.within)}`]
      : []),
    ...(started ? [] : [`${probe.name}: could not be started: ${withoutIds(end.error)}`]),
  ];
  return { facts, unmet: [], notes };
}

/** Resolves when one of the outputs went over its limit; never when both end before. */
async function overflow({ stdout, stderr }: Container): Promise<void> {
  await Promise.race(
    [stdout, stderr].map(async (output) => {
      while (!output.cut() && !output.ended()) await output.change();
      if (!output.cut()) await new Promise<never>(() => {});
    }),
  );
}
