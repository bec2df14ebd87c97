import type { Container } from "../model/container.ts";
import type {
  ExecProbe,
  FilesProbe,
  HttpProbe,
  Probe,
  StopProbe,
  TcpProbe,
} from "../model/contract.ts";
import type { Fact, Observation } from "../model/fact.ts";
import { DRAINED_WITHIN } from "./command.ts";
import { bounded, patience } from "./deadline.ts";
import { exec } from "./exec.ts";
import { files } from "./files.ts";
import { http } from "./http.ts";
import { allEnded, cutNote, lastLines, outputText, quiet } from "./output.ts";
import { END_KNOWN_WITHIN } from "./reach.ts";
import { stop } from "./stop.ts";
import { tcp } from "./tcp.ts";

/** Probes of the one container that runs as the image says. */
export type ServedProbe = HttpProbe | ExecProbe | FilesProbe | StopProbe | TcpProbe;

export function isServed(probe: Probe): probe is ServedProbe {
  return probe.kind !== "terminal" && probe.kind !== "command";
}

/** Name of the served container's own facts. */
export const CONTAINER = "container";

/** What the served container still has to say about the last probe is said within this time of quiet. */
const SETTLED = 50;
const SETTLED_AT_MOST = 1_000;
const LOG_LINES = 10;

/**
 * Drives the served container, which is ready, or is not for the reason given: runs its probes one after another, the
 * stop probe last. Gives an observation for each probe and one under CONTAINER, with the facts `start` (it became ready), `oom`,
 * `exit.code` (when it ended by itself), `survives` (it was up after all probes, before the stop), and `log.stdout` and
 * `log.stderr` as they are after everything.
 */
export async function served(
  container: Container,
  notReady: string | null,
  probes: readonly ServedProbe[],
  signal: AbortSignal,
  onProbe: (name: string) => void,
): Promise<Map<string, Observation>> {
  const results = new Map<string, Observation>();
  const { stdout, stderr } = container;
  if (notReady === null)
    for (const probe of probes.filter((it) => it.kind !== "stop")) {
      onProbe(probe.name);
      results.set(probe.name, await one(probe, container, signal));
    }
  await quiet([stdout, stderr], patience(SETTLED), SETTLED_AT_MOST, signal);
  // Nothing has its outputs open any more: it has ended, and the engine is about to tell.
  if (stdout.ended() && stderr.ended()) await bounded(container.end, END_KNOWN_WITHIN, signal);
  const end = container.ended();
  if (notReady === null)
    for (const probe of probes.filter((it) => it.kind === "stop")) {
      onProbe(probe.name);
      results.set(probe.name, await one(probe, container, signal));
    }
  if (container.ended() !== null) await allEnded([stdout, stderr], DRAINED_WITHIN, signal);

  const facts: Fact[] = [];
  const add = (fact: string, value: string): void => {
    facts.push({ probe: CONTAINER, fact, value });
  };
  add("start", String(notReady === null));
  add("oom", String(end?.oom ?? false));
  if (end !== null) add("exit.code", String(end.code));
  add("survives", String(end === null));
  add("log.stdout", outputText(stdout.bytes(), stdout.cut()));
  add("log.stderr", outputText(stderr.bytes(), stderr.cut()));
  const notes = [
    ...(stdout.cut() ? [cutNote(CONTAINER, "log.stdout")] : []),
    ...(stderr.cut() ? [cutNote(CONTAINER, "log.stderr")] : []),
  ];
  if (notReady === null) return results.set(CONTAINER, { facts, unmet: [], notes });

  for (const { name } of probes)
    results.set(name, {
      facts: [],
      unmet: [{ probe: name, expectation: "start", message: `not run: the container ${notReady}` }],
      notes: [],
    });
  const unmet = [{ probe: CONTAINER, expectation: "ready", message: `the container ${notReady}` }];
  notes.push(`${CONTAINER}: it ${notReady}`, ...logEnd(container));
  return results.set(CONTAINER, { facts, unmet, notes });
}

/** Ports that the probes name. */
export function portsOf(probes: readonly ServedProbe[]): number[] {
  const named = probes.flatMap((it) => (it.kind === "http" || it.kind === "tcp" ? [it.port] : []));
  return [...new Set(named)];
}

function one(probe: ServedProbe, container: Container, signal: AbortSignal): Promise<Observation> {
  switch (probe.kind) {
    case "http":
      return http(probe, container, signal);
    case "tcp":
      return tcp(probe, container, signal);
    case "exec":
      return exec(probe, container, signal);
    case "files":
      return files(probe, container, signal);
    case "stop":
      return stop(probe, container, signal);
    default:
      return probe satisfies never;
  }
}

function logEnd({ stdout, stderr }: Container): string[] {
  const lines = [stdout, stderr].flatMap((output) =>
    lastLines(output.bytes().toString(), LOG_LINES),
  );
  if (lines.length === 0) return [`${CONTAINER}: it wrote nothing`];
  return [`${CONTAINER}: the end of its log:`, ...lines.slice(-LOG_LINES).map((it) => `| ${it}`)];
}
