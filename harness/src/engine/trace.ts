import protobuf from "protobufjs/minimal.js";

/** A step of a build as BuildKit tells it. */
export interface Vertex {
  readonly digest: string;
  /** Digests of the steps whose results it takes. */
  readonly inputs: readonly string[];
  /** `[builder 3/5] RUN go build`, or `[internal] load …`. */
  readonly name: string;
  readonly cached: boolean;
  /** By the engine's clock, milliseconds since 1970; null as long as it has not. */
  readonly started: number | null;
  readonly completed: number | null;
  readonly error: string;
}

export interface Trace {
  readonly vertexes: readonly Vertex[];
  readonly logs: readonly StepOutput[];
}

/** A piece of a step's output; it may begin or end in the middle of a character. */
export interface StepOutput {
  readonly vertex: string;
  readonly bytes: Buffer;
}

/**
 * Decodes one `moby.buildkit.trace` message: a StatusResponse of BuildKit's api/services/control/control.proto
 * (vertexes = 1, logs = 3; Vertex: digest 1, inputs 2, name 3, cached 4, started 5, completed 6, error 7; VertexLog:
 * vertex 1, msg 4; a time is a google.protobuf.Timestamp: seconds 1, nanos 2). Unknown fields are skipped.
 * @throws Error when the bytes are no protobuf.
 */
export function decodeTrace(base64: string): Trace {
  const vertexes: Vertex[] = [];
  const logs: StepOutput[] = [];
  fields(Buffer.from(base64, "base64"), {
    1: (reader) => vertexes.push(vertex(reader.bytes())),
    3: (reader) => logs.push(log(reader.bytes())),
  });
  return { vertexes, logs };
}

function vertex(bytes: Uint8Array): Vertex {
  const found = {
    digest: "",
    inputs: [] as string[],
    name: "",
    cached: false,
    started: null as number | null,
    completed: null as number | null,
    error: "",
  };
  fields(bytes, {
    1: (reader) => (found.digest = reader.string()),
    2: (reader) => found.inputs.push(reader.string()),
    3: (reader) => (found.name = reader.string()),
    4: (reader) => (found.cached = reader.bool()),
    5: (reader) => (found.started = timestamp(reader.bytes())),
    6: (reader) => (found.completed = timestamp(reader.bytes())),
    7: (reader) => (found.error = reader.string()),
  });
  return found;
}

function timestamp(bytes: Uint8Array): number {
  const found = { seconds: 0, nanos: 0 };
  fields(bytes, {
    1: (reader) => (found.seconds = Number(reader.int64())),
    2: (reader) => (found.nanos = reader.int32()),
  });
  return found.seconds * 1000 + found.nanos / 1e6;
}

function log(bytes: Uint8Array): StepOutput {
  const found = { vertex: "", bytes: Buffer.alloc(0) };
  fields(bytes, {
    1: (reader) => (found.vertex = reader.string()),
    4: (reader) => (found.bytes = Buffer.from(reader.bytes())),
  });
  return found;
}

function fields(
  bytes: Uint8Array,
  read: Record<number, (reader: protobuf.Reader) => unknown>,
): void {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const handler = read[tag >>> 3];
    if (handler) handler(reader);
    else reader.skipType(tag & 7);
  }
}
