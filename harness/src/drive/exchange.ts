import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { OUTPUT_LIMIT } from "../model/container.ts";
import { textOf } from "../model/fact.ts";
import { patience } from "./deadline.ts";
import { errorCode, type Address } from "./reach.ts";

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What came back on one connection. Names of headers and trailers are in lower case, repeated values joined by \n. */
export interface Answer {
  /** Null when nothing that is HTTP came. */
  readonly head: {
    readonly status: number;
    readonly reason: string;
    readonly headers: ReadonlyMap<string, string>;
  } | null;
  readonly trailers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** The body went over OUTPUT_LIMIT and the rest was not read. */
  readonly cut: boolean;
  /** Whether the server closed the connection after a whole answer; null when there was none. */
  readonly closed: boolean | null;
  /** Why the answer is not whole: an error code, or `timeout`. */
  readonly error: string | null;
}

/**
 * An HTTP/1.1 connection stays open unless the server says otherwise (RFC 9112, 9.3). One that says nothing and closes
 * all the same does so with its last byte; this long is looked whether it did.
 */
const CLOSES_WITHIN = 30;

/**
 * One request on a connection of its own, one answer as it came: no redirect followed, nothing decompressed. Whatever
 * the server does is an answer. Rejects with the signal's reason; `within` in milliseconds.
 * @throws TypeError for a method or header that HTTP cannot send.
 */
export function exchange(
  address: Address,
  ask: Ask,
  within: number,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const socket = connect(address);
  const asking = (() => {
    try {
      return request({
        createConnection: () => socket, // with no agent: one would close the connection itself, or keep it for later
        method: ask.method,
        path: sendable(ask.path),
        headers: ask.headers,
        maxHeaderSize: OUTPUT_LIMIT,
      });
    } catch (error) {
      socket.destroy();
      throw error;
    }
  })();
  asking.maxHeadersCount = 0; // no limit on their number: what is dropped could not be compared

  return new Promise<Answer>((resolve, reject) => {
    let message: IncomingMessage | null = null;
    const chunks: Buffer[] = [];
    let size = 0;
    const close = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      socket.destroy();
    };
    const finish = (end: Partial<Answer>): void => {
      const head = message && {
        status: message.statusCode ?? 0,
        reason: latin1(message.statusMessage ?? ""),
        headers: fields(message.rawHeaders),
      };
      const trailers = fields(message?.rawTrailers ?? []);
      const body = Buffer.concat(chunks);
      resolve({ head, trailers, body, cut: false, closed: null, error: null, ...end });
      close();
    };
    const fail = (error: Error): void => finish({ error: errorCode(error) });
    const abort = (): void => {
      reject(signal.reason);
      close();
    };
    const timer = setTimeout(() => finish({ error: "timeout" }), within);
    signal.addEventListener("abort", abort, { once: true });

    const switched = (answer: IncomingMessage): void => {
      message = answer;
      finish({ closed: false }); // another protocol begins here
    };
    asking.on("error", fail).on("upgrade", switched).on("connect", switched);
    asking.on("response", (answer) => {
      message = answer;
      answer.on("error", fail).on("data", (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, OUTPUT_LIMIT - size));
        size += chunk.length;
        if (size > OUTPUT_LIMIT) finish({ cut: true });
      });
      answer.on("end", () => {
        if (!answer.complete) return; // "error" follows
        const said = saysClose(answer, ask.method);
        if (said !== null || socket.readableEnded) return finish({ closed: said ?? true });
        socket
          .once("end", () => finish({ closed: true }))
          .once("close", () => finish({ closed: true }));
        setTimeout(() => finish({ closed: false }), patience(CLOSES_WITHIN));
      });
    });
    asking.end(ask.body ?? undefined);
  });
}

/** Whether the answer itself tells what becomes of the connection; null when it says nothing. */
function saysClose(answer: IncomingMessage, method: string): boolean | null {
  const { connection = "" } = answer.headers;
  if (/\bclose\b/i.test(connection)) return true;
  if (/\bkeep-alive\b/i.test(connection)) return false;
  if (answer.httpVersion === "1.0") return true;
  const bodiless = method === "HEAD" || answer.statusCode === 204 || answer.statusCode === 304;
  const { "content-length": length, "transfer-encoding": encoding } = answer.headers;
  return bodiless || length !== undefined || encoding !== undefined ? null : true;
}

/** Node hands out bytes as latin1; programs mostly mean UTF-8. */
function latin1(text: string): string {
  return textOf(Buffer.from(text, "latin1"));
}

function fields(raw: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = latin1(raw[at] ?? "").toLowerCase();
    const value = latin1(raw[at + 1] ?? "");
    const before = found.get(name);
    found.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return found;
}

/** A path as it can stand in a request line: what is no printable ASCII becomes %XX of its UTF-8. */
function sendable(path: string): string {
  return path.toWellFormed().replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
}
