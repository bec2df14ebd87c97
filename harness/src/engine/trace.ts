import protobuf from "protobufjs/minimal.js";

/** A step of a build as BuildKit tells it. */
export interface Vertex {
  readonly digest: string;
  /** `[builder 3/5] RUN go build`, or `[internal] load …`. */
  readonly name: string;
  readonly cached: boolean;
  readonly started: boolean;
  readonly completed: boolean;
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
 * (vertexes = 1, logs = 3; Vertex: digest 1, name 3, cached 4, started 5, completed 6, error 7; VertexLog: vertex 1,
 * msg 4). Unknown fields are skipped.
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
    name: "",
    cached: false,
    started: false,
    completed: false,
    error: "",
  };
  fields(bytes, {
    1: (reader) => (found.digest = reader.string()),
    3: (reader) => (found.name = reader.string()),
    4: (reader) => (found.cached = reader.bool()),
    5: (reader) => (found.started = reader.bytes().length > 0),
    6: (reader) => (found.completed = reader.bytes().length > 0),
    7: (reader) => (found.error = reader.string()),
  });
  return found;
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
