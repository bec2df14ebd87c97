import type { Container } from "../model/container.ts";
import type { StopProbe } from "../model/contract.ts";
import type { Observation } from "../model/fact.ts";
import { bounded, duration, LATE } from "./deadline.ts";
import { STILL_RUNNING } from "./output.ts";
import { CONTAINER_ENDED } from "./reach.ts";

const KILLED_WITHIN = 10_000;

/**
 * Sends the signal and waits. Facts: `stop.code`, and `stop.intime` (whether it ended by itself within the time; it is
 * killed otherwise). A container that had ended before has no `stop.intime`.
 */
export async function stop(
  probe: StopProbe,
  container: Container,
  signal: AbortSignal,
): Promise<Observation> {
  const fact = (name: string, value: string) => ({ probe: probe.name, fact: name, value });
  if (container.ended() !== null)
    return { facts: [fact("stop.code", `none (${CONTAINER_ENDED})`)], unmet: [], notes: [] };
  const stopping = container.signal(probe.signal).then(() => container.end);
  const end = await bounded(stopping, probe.within, signal);
  if (end !== LATE)
    return {
      facts: [fact("stop.code", String(end.code)), fact("stop.intime", "true")],
      unmet: [],
      notes: [],
    };
  await bounded(
    container.signal("SIGKILL").then(() => container.end),
    KILLED_WITHIN,
    signal,
  );
  return {
    facts: [fact("stop.code", STILL_RUNNING), fact("stop.intime", "false")],
    unmet: [],
    notes: [
      `${probe.name}: killed, it had not ended within ${duration(probe.within)} of the signal`,
    ],
  };
}
