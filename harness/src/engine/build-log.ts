import { decodeTrace, type Vertex } from "./trace.ts";

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

export interface BuildLog {
  /** One line of the engine's answer, JSON; anything else is ignored. */
  line(text: string): void;
  /** Id of the finished image, null as long as there is none. */
  imageId(): string | null;
  /** When the engine last said anything, as Date.now(). */
  lastWord(): number;
  /** What went wrong, null when nothing did. */
  failure(): BuildFailure | null;
}

/** Reads the lines of an engine's answer to a build and remembers what a failure must be told with. */
export function openBuildLog(onEvent: (event: BuildEvent) => void): BuildLog {
  const vertexes = new Map<string, Vertex>();
  const output = new Map<string, string>();
  const told = new Set<string>();
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
  const readTrace = (base64: string): void => {
    const trace = decodeTrace(base64);
    for (const vertex of trace.vertexes) {
      vertexes.set(vertex.digest, vertex);
      if (vertex.started && !vertex.completed) tell(vertex, "started");
      if (vertex.completed && !vertex.error) tell(vertex, vertex.cached ? "cached" : "done");
    }
    for (const { vertex, text } of trace.logs) {
      const all = (output.get(vertex) ?? "") + text;
      output.set(vertex, all.slice(-KEPT_LINES * KEPT_COLUMNS)); // bounded: only the end is ever shown
    }
  };

  return {
    line(text) {
      lastWord = Date.now();
      const message = parse(text);
      error = message.errorDetail?.message ?? message.error ?? error;
      if (message.id === "moby.image.id") imageId = (message.aux as { ID: string }).ID;
      if (message.id === "moby.buildkit.trace" && typeof message.aux === "string")
        readTrace(message.aux);
    },
    imageId: () => imageId,
    lastWord: () => lastWord,
    failure: () => failureOf(error, vertexes, output),
  };
}

interface Message {
  readonly id?: string;
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

function parse(text: string): Message {
  try {
    return JSON.parse(text) as Message;
  } catch {
    return {};
  }
}

function failureOf(
  told: string | null,
  vertexes: ReadonlyMap<string, Vertex>,
  output: ReadonlyMap<string, string>,
): BuildFailure | null {
  // Steps that were cancelled because another one failed have an error too.
  const failed = [...vertexes.values()].find(
    (vertex) => vertex.error && !/context canceled|CANCELED/i.test(vertex.error),
  );
  const error = told ?? failed?.error;
  if (error === undefined) return null;
  const [, stage, step] = /^\[(?:(\S+) )?\d+\/\d+\] (.*)$/s.exec(failed?.name ?? "") ?? [];
  const code = /exit code: (\d+)/.exec(failed?.error ?? error)?.[1];
  return {
    error,
    stage: stage ?? (step === undefined ? null : "stage-0"),
    step: step ?? null,
    exitCode: code === undefined ? null : Number(code),
    log: failed ? lastLines(output.get(failed.digest) ?? "") : [],
  };
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
    line
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      .replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "")
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
  );
}
