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

/** Reads the lines of an engine's answer to a build and remembers what a failure must be told with. */
export class BuildLog {
  imageId: string | null = null;
  lastWord: number = Date.now();
  readonly #onEvent: (event: BuildEvent) => void;
  readonly #vertexes = new Map<string, Vertex>();
  readonly #output = new Map<string, string>();
  readonly #told = new Set<string>();
  #error: string | null = null;

  constructor(onEvent: (event: BuildEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** One line of the answer, JSON; anything else is ignored. */
  line(text: string): void {
    this.lastWord = Date.now();
    let message: { id?: string; aux?: unknown; error?: string; errorDetail?: { message?: string } };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      return;
    }
    const error = message.errorDetail?.message ?? message.error;
    if (error !== undefined) this.#error = error;
    if (message.id === "moby.image.id") this.imageId = (message.aux as { ID: string }).ID;
    if (message.id === "moby.buildkit.trace" && typeof message.aux === "string")
      this.#trace(message.aux);
  }

  #trace(base64: string): void {
    const { vertexes, logs } = decodeTrace(base64);
    for (const vertex of vertexes) {
      this.#vertexes.set(vertex.digest, vertex);
      if (vertex.started && !vertex.completed) this.#tell(vertex, "started");
      if (vertex.completed && !vertex.error) this.#tell(vertex, vertex.cached ? "cached" : "done");
    }
    for (const { vertex, text } of logs) {
      const all = (this.#output.get(vertex) ?? "") + text;
      // Bounded: only the end is ever shown.
      this.#output.set(vertex, all.slice(-KEPT_LINES * KEPT_COLUMNS));
    }
  }

  #tell(vertex: Vertex, state: BuildEvent["state"]): void {
    const key = `${vertex.digest} ${state}`;
    if (vertex.name.startsWith("[internal]") || this.#told.has(key)) return;
    this.#told.add(key);
    this.#onEvent({ step: vertex.name, state });
  }

  /** What went wrong, null when nothing did. */
  failure(): BuildFailure | null {
    // Steps that were cancelled because another one failed have an error too.
    const failed = [...this.#vertexes.values()].find(
      (vertex) => vertex.error && !/context canceled|CANCELED/i.test(vertex.error),
    );
    const error = this.#error ?? failed?.error;
    if (error === undefined) return null;
    const [, stage, step] = /^\[(?:(\S+) )?\d+\/\d+\] (.*)$/s.exec(failed?.name ?? "") ?? [];
    const code = /exit code: (\d+)/.exec(failed?.error ?? error)?.[1];
    const output = failed ? (this.#output.get(failed.digest) ?? "") : "";
    return {
      error,
      stage: stage ?? (step === undefined ? null : "stage-0"),
      step: step ?? null,
      exitCode: code === undefined ? null : Number(code),
      log: lastLines(output),
    };
  }
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
