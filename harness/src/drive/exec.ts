import { OUTPUT_LIMIT, type Container, type ExecResult } from "../model/container.ts";
import type { ExecProbe } from "../model/contract.ts";
import { EngineError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import { bounded, duration, LATE } from "./deadline.ts";
import { cutNote, outputText, STILL_RUNNING } from "./output.ts";
import { broken, CONTAINER_ENDED } from "./reach.ts";

/** The engine keeps the deadline; this is for an engine that does not answer. */
const ENGINE_GRACE = 10_000;

/** Runs a command inside the running container. Facts: `exit.code`, `stdout`, `stderr`. */
export async function exec(
  probe: ExecProbe,
  container: Container,
  signal: AbortSignal,
): Promise<Observation> {
  const result = await run(probe, container, signal);
  const fact = (name: string, value: string) => ({ probe: probe.name, fact: name, value });
  if (result === null)
    return { facts: [fact("exit.code", `none (${CONTAINER_ENDED})`)], unmet: [], notes: [] };
  const outputs = (["stdout", "stderr"] as const).map((name) => ({
    name,
    bytes: result[name],
    cut: result.cut && result[name].length >= OUTPUT_LIMIT,
  }));
  return {
    facts: [
      fact("exit.code", result.timedOut ? STILL_RUNNING : String(result.code)),
      ...outputs.map(({ name, bytes, cut }) => fact(name, outputText(bytes, cut))),
    ],
    unmet: [],
    notes: [
      ...outputs.filter((it) => it.cut).map(({ name }) => cutNote(probe.name, name)),
      ...(result.timedOut
        ? [`${probe.name}: it had not ended within ${duration(probe.within)}`]
        : []),
    ],
  };
}

/** Null when the container is not up any more, which the engine answers with an error. */
async function run(
  probe: ExecProbe,
  container: Container,
  signal: AbortSignal,
): Promise<ExecResult | null> {
  if (container.ended() !== null) return null;
  try {
    const running = container.exec(probe.argv, probe.within);
    const result = await bounded(running, probe.within + ENGINE_GRACE, signal);
    if (result !== LATE) return result;
  } catch (error) {
    signal.throwIfAborted();
    if ((await broken(container, "", signal)) === CONTAINER_ENDED) return null;
    throw error;
  }
  throw new EngineError(
    `the engine did not answer an exec within ${duration(probe.within + ENGINE_GRACE)}`,
  );
}
