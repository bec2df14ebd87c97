import { EngineError } from "../model/error.ts";

/** The head of an HTTP answer, and where its body starts. */
export interface Head {
  readonly status: number;
  readonly chunked: boolean;
  /** Bytes of the body, null when that ends with the connection or is chunked. */
  readonly length: number | null;
  /** Bytes of the head itself. */
  readonly size: number;
}

/** Go's net/http never sends this much. */
const LONGEST_HEAD = 64 * 1024;
/** Of a chunk's size, with whatever extension stands behind it. */
const LONGEST_LINE = 1024;

/** Reads the head of an answer (RFC 9112) from its first bytes; null when it is not whole yet. */
export function headOf(bytes: Buffer): Head | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0 && bytes.length > LONGEST_HEAD)
    throw new EngineError("the engine answers without end");
  if (end < 0) return null;
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  if (status === undefined) throw new EngineError("the engine does not answer in HTTP");
  const fields = new Map(
    lines.map((line) => {
      const [name = "", value = ""] = line.split(/:(.*)/s);
      return [name.toLowerCase(), value.trim().toLowerCase()] as const;
    }),
  );
  const length = fields.get("content-length");
  const chunked = fields.get("transfer-encoding") === "chunked";
  return {
    status: Number(status),
    chunked,
    length: length === undefined || chunked ? null : Number(length),
    size: end + 4,
  };
}

/** Takes a body's bytes as they come, and hands on what they carry, as views into them. */
export interface BodyReader {
  read(bytes: Buffer): Generator<Buffer, void>;
  /** Whether all of it came. */
  over(): boolean;
}

/** A body in chunks (RFC 9112, 7.1). */
export function chunkedReader(): BodyReader {
  let state: "size" | "data" | "after" | "trailer" | "over" = "size";
  let line = "";
  let left = 0;

  /** Whether a line's end came; `line` has then what was before it. */
  function takeLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(0x0a, at);
    line += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
    if (line.length > LONGEST_LINE) throw new EngineError("the engine's answer is no HTTP");
    return end < 0 ? bytes.length : end + 1;
  }

  function endLine(): void {
    const text = line.trimEnd();
    line = "";
    if (state === "after") state = "size";
    else if (state === "trailer") state = text === "" ? "over" : "trailer";
    else {
      if (!/^[0-9a-f]{1,13}(?:$|[\s;])/i.test(text))
        throw new EngineError("the engine's answer is no HTTP");
      left = Number.parseInt(text, 16);
      state = left === 0 ? "trailer" : "data";
    }
  }

  return {
    *read(bytes) {
      for (let at = 0; at < bytes.length && state !== "over";) {
        if (state === "data") {
          const piece = bytes.subarray(at, at + left);
          at += piece.length;
          left -= piece.length;
          if (left === 0) state = "after";
          yield piece;
          continue;
        }
        at = takeLine(bytes, at);
        if (bytes[at - 1] === 0x0a) endLine();
      }
    },
    over: () => state === "over",
  };
}

/** How many zeros a tar ends with at least, and so an answer whose length the engine does not tell. */
const END_MARK = 1024;

/**
 * A body of so many bytes; of null, a tar that ends with the connection: that it is whole is told by the zeros at its end,
 * since the connection ends as well when the engine does.
 */
export function plainReader(length: number | null): BodyReader {
  let left = length ?? Number.POSITIVE_INFINITY;
  /** Of what came last, up to as many as count. */
  let zeros = 0;

  function countZeros(piece: Buffer): void {
    let at = piece.length;
    const first = Math.max(0, at - END_MARK);
    while (at > first && piece[at - 1] === 0) at--;
    zeros = piece.length - at + (at === 0 ? zeros : 0);
  }

  return {
    *read(bytes) {
      const piece = bytes.subarray(0, left);
      left -= piece.length;
      if (length === null) countZeros(piece);
      if (piece.length > 0) yield piece;
    },
    over: () => (length === null ? zeros >= END_MARK : left === 0),
  };
}
