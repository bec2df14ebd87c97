/** Writes what BuildKit says, for tests: a StatusResponse as base64, and the JSON line that carries it. */
import protobuf from "protobufjs/minimal.js";

export interface WrittenVertex {
  readonly digest: string;
  readonly inputs?: readonly string[];
  readonly name: string;
  readonly cached?: boolean;
  /** Milliseconds since 1970; `true` for a moment that does not matter. */
  readonly started?: boolean | number;
  readonly completed?: boolean | number;
  readonly error?: string;
}

export interface WrittenLog {
  readonly vertex: string;
  readonly msg: string | Uint8Array;
}

/** Field numbers as in BuildKit's api/services/control/control.proto; fields that nobody reads are written too. */
export function statusResponse(
  vertexes: readonly WrittenVertex[],
  logs: readonly WrittenLog[] = [],
): string {
  const writer = protobuf.Writer.create();
  for (const vertex of vertexes) writer.uint32(tag(1, 2)).bytes(vertexBytes(vertex));
  // statuses (2) and warnings (4) are skipped by the reader
  writer.uint32(tag(2, 2)).bytes(protobuf.Writer.create().uint32(tag(1, 2)).string("x").finish());
  for (const log of logs) writer.uint32(tag(3, 2)).bytes(logBytes(log));
  return Buffer.from(writer.finish()).toString("base64");
}

/** The line of the engine's answer that carries a StatusResponse. */
export function traceLine(
  vertexes: readonly WrittenVertex[],
  logs: readonly WrittenLog[] = [],
): string {
  return JSON.stringify({ id: "moby.buildkit.trace", aux: statusResponse(vertexes, logs) });
}

function vertexBytes(vertex: WrittenVertex): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, 2)).string(vertex.digest);
  for (const input of vertex.inputs ?? ["sha256:input"]) writer.uint32(tag(2, 2)).string(input);
  writer.uint32(tag(3, 2)).string(vertex.name);
  if (vertex.cached) writer.uint32(tag(4, 0)).bool(true);
  if (vertex.started) writer.uint32(tag(5, 2)).bytes(timestamp(vertex.started));
  if (vertex.completed) writer.uint32(tag(6, 2)).bytes(timestamp(vertex.completed));
  if (vertex.error !== undefined) writer.uint32(tag(7, 2)).string(vertex.error);
  return writer.finish();
}

function logBytes({ vertex, msg }: WrittenLog): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, 2)).string(vertex);
  writer.uint32(tag(2, 2)).bytes(timestamp(true));
  writer.uint32(tag(3, 0)).int64(1); // stdout or stderr
  writer.uint32(tag(4, 2)).bytes(typeof msg === "string" ? Buffer.from(msg) : msg);
  return writer.finish();
}

function timestamp(at: number | true): Uint8Array {
  const moment = at === true ? 1_700_000_000_000 : at;
  const seconds = Math.floor(moment / 1000);
  const nanos = Math.round((moment - seconds * 1000) * 1e6);
  const writer = protobuf.Writer.create().uint32(tag(1, 0)).int64(seconds);
  return (nanos === 0 ? writer : writer.uint32(tag(2, 0)).int32(nanos)).finish();
}

function tag(field: number, wireType: 0 | 2): number {
  return (field << 3) | wireType;
}
