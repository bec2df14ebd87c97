import { stripVTControlCharacters } from "node:util";
import type { BuildStep } from "../model/rebuild.ts";
import { openSteps, STEP } from "./steps.ts";
import { decodeTrace, type Trace, type Vertex } from "./trace.ts";

/** A step of a build begins or ends, for a progress line. */
export interface BuildEvent {
  /** `[builder 3/5] RUN go build -o app`. */
  readonly step: string;
  readonly state: "started" | "done" | "cached";
}

export interface BuildFailure {
  readonly error: string;
  readonly stage: string | null;
  readonly step: string | null;
  readonly exitCode: number | null;
  readonly log: readonly string[];
}

/** Lines kept of a step's output. */
const KEPT_LINES = 20;
const KEPT_COLUMNS = 500;
const KEPT_BYTES = KEPT_LINES * KEPT_COLUMNS;

export interface BuildLog {
  /** One line of the engine's answer, JSON; anything else is ignored. */
  line(text: string): void;
  /** Id of the finished image, null as long as there is none. */
  imageId(): string | null;
  /** When the engine last said anything, as Date.now(). */
  lastWord(): number;
  /** What went wrong, null when nothing did. */
  failure(): BuildFailure | null;
  /** What is known of its steps, in the order in which the engine first spoke of them. */
  steps(): readonly BuildStep[];
}

/** Reads the lines of an engine's answer to a build and remembers what a failure must be told with. */
export function openBuildLog(onEvent: (event: BuildEvent) => void): BuildLog {
  const vertexes = new Map<string, Vertex>();
  const output = new Map<string, Buffer>();
  const told = new Set<string>();
  const steps = openSteps();
  let error: string | null = null;
  let imageId: string | null = null;
  let lastWord = Date.now();

  const tell = (vertex: Vertex, state: BuildEvent["state"]): void => {
    const key = `${vertex.digest} ${state}`;
    // Only steps of the Dockerfile: `[internal] load …` and `copy /context /` are BuildKit's own.
    if (!/^\[(?!internal)/.test(vertex.name) || told.has(key)) return;
    told.add(key);
    onEvent({ step: vertex.name, state });
  };
  const readTrace = (trace: Trace): void => {
    for (const vertex of trace.vertexes) {
      vertexes.set(vertex.digest, vertex);
      steps.see(vertex);
      if (vertex.started && !vertex.completed) tell(vertex, "started");
      if (vertex.completed && !vertex.error) tell(vertex, vertex.cached ? "cached" : "done");
    }
    for (const { vertex, bytes } of trace.logs) {
      const all = Buffer.concat([output.get(vertex) ?? Buffer.alloc(0), bytes]);
      output.set(vertex, Buffer.from(all.subarray(-KEPT_BYTES))); // bounded: only the end is ever shown
    }
  };

  return {
    line(text) {
      lastWord = Date.now();
      const message = parse(text);
      error = message.error ?? error;
      imageId = message.imageId ?? imageId;
      if (message.trace) readTrace(message.trace);
    },
    imageId: () => imageId,
    lastWord: () => lastWord,
    failure: () => failureOf(error, vertexes, output),
    steps: () => steps.list(),
  };
}

interface Message {
  readonly error?: string | undefined;
  readonly imageId?: string | undefined;
  readonly trace?: Trace | undefined;
}

/** A line of the engine's answer; what it holds that is of no known shape is left out. */
function parse(text: string): Message {
  try {
    const { id, aux, error, errorDetail } = Object(JSON.parse(text)) as Record<string, unknown>;
    return {
      error: string(Object(errorDetail).message) ?? string(error),
      imageId: id === "moby.image.id" ? string(Object(aux).ID) : undefined,
      trace: id === "moby.buildkit.trace" ? decodeTrace(string(aux) ?? "") : undefined,
    };
  } catch {
    return {};
  }
}

function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function failureOf(
  told: string | null,
  vertexes: ReadonlyMap<string, Vertex>,
  output: ReadonlyMap<string, Buffer>,
): BuildFailure | null {
  // Steps that were cancelled because another one failed have an error too.
  const failed = [...vertexes.values()].find(
    (vertex) => vertex.error && !/context canceled|CANCELED/i.test(reason(vertex.error)),
  );
  const error = told ?? failed?.error;
  if (error === undefined) return null;
  const [, stage, step] = STEP.exec(failed?.name ?? "") ?? [];
  const code = /exit code: (\d+)/.exec(reason(failed?.error ?? error))?.[1];
  return {
    error,
    stage: stage ?? (step === undefined ? null : "stage-0"),
    step: step ?? null,
    exitCode: code === undefined ? null : Number(code),
    log: failed ? lastLines(output.get(failed.digest)?.toString("utf8") ?? "") : [],
  };
}

/** The end of `process "/bin/sh -c …" did not complete successfully: exit code: 1`, for the command may say anything. */
function reason(error: string): string {
  return error.slice(error.lastIndexOf('"') + 1);
}

/** The last lines of a program's output, without what a terminal would obey. */
function lastLines(output: string): string[] {
  return output
    .split(/\r?\n|\r/)
    .map((line) => printable(line).slice(0, KEPT_COLUMNS).trimEnd())
    .filter((line) => line !== "")
    .slice(-KEPT_LINES);
}

function printable(line: string): string {
  return (
    stripVTControlCharacters(line)
      .replaceAll("\t", "  ")
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "")
  );
}
