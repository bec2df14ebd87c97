import { connect, type Socket } from "node:net";
import { addAbortSignal, type Readable } from "node:stream";
import type Docker from "dockerode";
import { EngineError } from "../model/error.ts";
import { chunkedReader, headOf, plainReader, type BodyReader } from "./chunked.ts";
import { messageOf, type Client } from "./client.ts";
import { words } from "./refusal.ts";

/** What lies in a socket at once comes in one piece; Linux keeps some 200 kB there. */
const BUFFER = 256 * 1024;
/** Of a refusal. */
const LONGEST_MESSAGE = 64 * 1024;

/**
 * The tar that the engine answers a GET with. A chunk holds until the next one is asked for, no longer: all
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
  const answer = request(socketPath, path, signal);
  // The head is read here, so that a refusal is told to whoever asks, not to whoever reads.
  const first = await answer.next();
  return (async function* () {
    try {
      if (!first.done) yield first.value;
      yield* answer;
    } finally {
      await answer.return(undefined);
    }
  })();
}

async function* request(
  socketPath: string,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let start: Buffer = Buffer.alloc(0);
  let body: BodyReader | null = null;
  let status = 200;
  let message = "";
  for await (const bytes of reading(socketPath, path, signal)) {
    let rest = bytes;
    if (body === null) {
      start = Buffer.concat([start, bytes]);
      const head = headOf(start);
      if (head === null) continue;
      body = head.chunked ? chunkedReader() : plainReader(head.length);
      status = head.status;
      rest = start.subarray(head.size);
    }
    for (const piece of body.read(rest)) {
      if (status === 200) yield piece;
      else message = (message + piece.toString("utf8")).slice(0, LONGEST_MESSAGE);
    }
  }
  if (status !== 200) throw new EngineError(messageOf(message) ?? `the engine answers ${status}`);
  if (!body?.over()) throw new EngineError("the engine broke off");
}

/** What comes from a socket after a request, until its end; always in the same buffer. */
async function* reading(
  socketPath: string,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let came: Buffer | null = null;
  let over = false;
  let failure: Error | null = null;
  let wake: () => void = () => {};
  const buffer = Buffer.allocUnsafeSlow(BUFFER);
  const socket: Socket = connect({
    path: socketPath,
    onread: {
      buffer,
      callback(length) {
        came = buffer.subarray(0, length);
        wake();
        return false; // and no more of it until this was taken
      },
    },
  });
  socket.on("error", (error) => {
    failure = error;
    wake();
  });
  socket.on("close", () => {
    over = true;
    wake();
  });
  const abort = (): void => void socket.destroy();
  signal?.addEventListener("abort", abort);
  try {
    // To a request in HTTP/1.1 the engine answers in chunks of 32 kB, each of them three writes; it halves the time that
    // is spent in the kernel on both sides to have the bytes as they are.
    socket.write(`GET ${path} HTTP/1.0\r\nHost: docker\r\n\r\n`);
    for (;;) {
      if (came === null && !over && failure === null)
        await new Promise<void>((resolve) => (wake = resolve));
      signal?.throwIfAborted();
      const bytes: Buffer | null = came;
      came = null;
      if (bytes !== null) {
        yield bytes;
        socket.resume();
      } else if (failure !== null) {
        throw new EngineError(`the engine broke off: ${words(failure)}`, { cause: failure });
      } else if (over) {
        return;
      }
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    socket.destroy();
  }
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
