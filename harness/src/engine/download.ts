import { connect, type Socket } from "node:net";
import { addAbortSignal, type Readable } from "node:stream";
import type Docker from "dockerode";
import { drain, pourable, type ByteStream, type Take } from "../model/byte-stream.ts";
import { EngineError } from "../model/error.ts";
import { chunkedReader, headOf, plainReader, type BodyReader } from "./chunked.ts";
import { messageOf, type Client } from "./client.ts";
import { words } from "./refusal.ts";

/** What lies in a socket at once comes in one piece; Linux keeps some 200 kB there. */
const BUFFER = 256 * 1024;
/** Of a refusal. */
const LONGEST_MESSAGE = 64 * 1024;

/**
 * The tar that the engine answers a GET with. A piece holds until the next one is asked for, no longer: all
 * are read into the same memory, since to read 750 MB into new memory each time takes half a second and 50 MB more.
 * @throws EngineError when the engine refuses, or breaks off; the signal's reason when that was aborted.
 */
export async function download(
  { modem }: Pick<Client, "modem">,
  path: string,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  signal?.throwIfAborted();
  const { socketPath } = modem as { readonly socketPath?: string };
  if (socketPath === undefined) return await dial(modem as Docker["modem"], path, signal);
  const { accepted, pour } = ask(socketPath, path, signal);
  await accepted; // so that a refusal is told to whoever asks, not to whoever reads
  return pourable(pour);
}

interface Answer {
  /** Settles when the head came; rejects when the engine refuses. */
  readonly accepted: Promise<void>;
  /** Reads the body. To be called once. */
  readonly pour: ByteStream["pour"];
}

function ask(socketPath: string, path: string, signal: AbortSignal | undefined): Answer {
  const accepted = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const taker = Promise.withResolvers<Take>();
  for (const { promise } of [accepted, ended]) promise.catch(() => {}); // each is awaited, but maybe not yet
  let start: Buffer = Buffer.alloc(0);
  let body: BodyReader | null = null;
  let refusal: Refusal | null = null;
  let receive = readHead;

  const buffer = Buffer.allocUnsafeSlow(BUFFER);
  const socket: Socket = connect({
    path: socketPath,
    onread: {
      buffer,
      callback(length) {
        try {
          const waiting = receive(buffer.subarray(0, length));
          if (!waiting) return true; // what has come meanwhile is read at once, without asking the system whether it has
          waiting.then(() => void socket.resume(), fail);
        } catch (error) {
          fail(error);
        }
        return false;
      },
    },
  });
  socket.on("error", (error) =>
    fail(new EngineError(`the engine broke off: ${words(error)}`, { cause: error })),
  );
  socket.on("close", () => {
    if (refusal) fail(new EngineError(messageOf(refusal.message) ?? refusal.usual));
    else if (body?.over()) ended.resolve();
    else fail(new EngineError("the engine broke off"));
    release();
  });
  const abort = (): void => fail(signal?.reason);
  signal?.addEventListener("abort", abort);
  // To a request in HTTP/1.1 the engine answers in chunks of 32 kB, each of them three writes; it halves the time that
  // is spent in the kernel on both sides to have the bytes as they are.
  socket.write(`GET ${path} HTTP/1.0\r\nHost: docker\r\n\r\n`);

  function release(): void {
    signal?.removeEventListener("abort", abort);
    socket.destroy();
  }

  function fail(error: unknown): void {
    accepted.reject(error);
    ended.reject(error);
    release();
  }

  function readHead(bytes: Buffer): void | Promise<void> {
    start = Buffer.concat([start, bytes]);
    const head = headOf(start);
    if (head === null) return;
    const { read } = (body = head.chunked ? chunkedReader() : plainReader(head.length));
    const rest = start.subarray(head.size);
    if (head.status !== 200) {
      const told = (refusal = { message: "", usual: `the engine answers ${head.status}` });
      const add: Take = (piece) => {
        told.message = (told.message + Buffer.from(piece).toString("utf8")).slice(
          0,
          LONGEST_MESSAGE,
        );
      };
      receive = (more) => drain(read(more), add);
      return receive(rest);
    }
    accepted.resolve();
    return taker.promise.then((take) => {
      receive = (more) => drain(read(more), take);
      return receive(rest);
    });
  }

  return {
    accepted: accepted.promise,
    pour(take) {
      taker.resolve(take);
      return ended.promise;
    },
  };
}

interface Refusal {
  message: string;
  /** What is said of it where the engine says nothing. */
  readonly usual: string;
}

/** The same over whatever else dockerode knows: TCP, TLS, SSH. */
async function dial(
  modem: Docker["modem"],
  path: string,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  const statusCodes = { 200: true, 404: "not found", 500: "server error" };
  const stream = await new Promise<Readable>((resolve, reject) => {
    modem.dial(
      { path, method: "GET", isStream: true, statusCodes },
      (error: unknown, found: unknown) => {
        if (error) reject(new EngineError(words(error), { cause: error }));
        else resolve(found as Readable);
      },
    );
  });
  return signal ? addAbortSignal(signal, stream) : stream;
}
