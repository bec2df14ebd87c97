/** Large answers, from engines that are made here: what they send, and how it is cut, is the test's to choose. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { download } from "../../src/engine/download.ts";
import { pour } from "../../src/model/byte-stream.ts";
import { EngineError } from "../../src/model/error.ts";

let folder: string;
let server: Server;
let answer: (socket: Socket, request: string) => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-download-"));
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (request: Buffer) => answer(socket, request.toString()));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "socket"), resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\n";

/** An answer that ends with the connection, and what then has to end it. */
const PLAIN = "HTTP/1.0 200 OK\r\n\r\n";
const ZEROS = "\0".repeat(1024);

const open = (signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> =>
  download(new Docker({ socketPath: join(folder, "socket") }), "/images/get?names=x", signal);

async function body(signal?: AbortSignal): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of await open(signal)) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts).toString("latin1");
}

function sends(...parts: readonly (string | Buffer)[]): void {
  answer = (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
}

function chunked(...parts: readonly string[]): string {
  const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
  return `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`;
}

describe("a body comes whole", () => {
  test.each([
    ["in chunks", chunked("hello ", "world"), "hello world"],
    [
      "in chunks with extensions and trailers",
      `${HEAD}transfer-encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n`,
      "hello",
    ],
    ["of a length", `${HEAD}Content-Length: 5\r\n\r\nhello, and more`, "hello"],
    ["until the end", `${PLAIN}hello${ZEROS}`, `hello${ZEROS}`],
    ["of nothing", `${HEAD}Content-Length: 0\r\n\r\n`, ""],
    ["of nothing, in chunks", chunked(), ""],
  ])("%s", async (_name, sent, received) => {
    sends(sent);
    expect(await body()).toBe(received);
  });

  test("however it is cut", async () => {
    const cut = fc.asyncProperty(
      fc.array(fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 300 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      async (parts, size, inChunks) => {
        const text = parts.join("");
        const plain = `${PLAIN}${text}${ZEROS}`;
        const whole = Buffer.from(inChunks ? chunked(...parts) : plain, "latin1");
        answer = async (socket) => {
          for (let at = 0; at < whole.length; at += size) {
            socket.write(whole.subarray(at, at + size));
            await new Promise((resolve) => setImmediate(resolve));
          }
          socket.end();
        };
        expect(await body()).toBe(inChunks ? text : text + ZEROS);
      },
    );
    await fc.assert(cut, { numRuns: 50 });
  });

  test("however large, and the engine waits for who reads", async () => {
    const piece = Buffer.alloc(65_536, "0123456789abcdef");
    answer = (socket) => {
      socket.write(`${HEAD}Content-Length: ${piece.length * 400}\r\n\r\n`);
      for (let n = 0; n < 400; n++) socket.write(piece);
      socket.end();
    };
    let bytes = 0;
    for await (const chunk of await open()) {
      for (let at = 0; at < chunk.length; at += 997)
        expect(chunk[at]).toBe("0123456789abcdef".charCodeAt((bytes + at) % 16));
      bytes += chunk.length;
    }
    expect(bytes).toBe(piece.length * 400);
  });

  test("and is asked for as HTTP has it", async () => {
    let asked = "";
    answer = (socket, request) => {
      asked = request;
      socket.end(chunked("x"));
    };
    await body();
    expect(asked).toBe("GET /images/get?names=x HTTP/1.0\r\nHost: docker\r\n\r\n");
  });
});

describe("what goes wrong is said", () => {
  test.each([
    [
      "a refusal",
      'HTTP/1.1 404 Not Found\r\nContent-Length: 37\r\n\r\n{"message":"No such image: x:latest"}',
      "No such image: x:latest",
    ],
    ["a refusal in other words", "HTTP/1.1 500 Oops\r\n\r\n<html>", "the engine answers 500"],
    ["a body that breaks off", `${HEAD}Content-Length: 50\r\n\r\nhello`, "the engine broke off"],
    ["chunks that break off", chunked("hello").slice(0, -5), "the engine broke off"],
    ["a tar without its end", `${PLAIN}hello${ZEROS.slice(1)}`, "the engine broke off"],
    ["nothing where a tar should be", PLAIN, "the engine broke off"],
    ["no answer", "", "the engine broke off"],
    ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n", "the engine does not answer in HTTP"],
    [
      "no chunks",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\nhello\r\n`,
      "the engine's answer is no HTTP",
    ],
    [
      "a line without end",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n1${" ".repeat(5000)}`,
      "the engine's answer is no HTTP",
    ],
    [
      "a head without end",
      "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(20_000),
      "the engine answers without end",
    ],
  ])("%s", async (_name, sent, message) => {
    sends(sent);
    const work = body();
    await expect(work).rejects.toBeInstanceOf(EngineError);
    await expect(work).rejects.toThrow(message);
  });

  test("a refusal is told before anything is read", async () => {
    sends('HTTP/1.1 404 Not Found\r\n\r\n{"message":"No such image"}');
    await expect(open()).rejects.toThrow("No such image");
  });

  test("an engine that is gone", async () => {
    const nowhere = new Docker({ socketPath: join(folder, "nowhere") });
    await expect(download(nowhere, "/", undefined)).rejects.toThrow(
      /^the engine broke off: connect ENOENT/,
    );
  });

  test("an abort ends it with its reason, before it and during it", async () => {
    answer = (socket) => socket.write(`${HEAD}Content-Length: 50\r\n\r\nhello`);
    await expect(open(AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
    const stopping = new AbortController();
    const chunks = (await open(stopping.signal))[Symbol.asyncIterator]();
    expect((await chunks.next()).done).toBe(false);
    const next = chunks.next();
    stopping.abort(new Error("stop"));
    await expect(next).rejects.toThrow("stop");
  });
});

test("who stops reading lets the engine go", async () => {
  const closed = new Promise((resolve) => {
    answer = (socket) => {
      socket.on("close", resolve);
      socket.write(`${HEAD}Content-Length: 500\r\n\r\nhello`);
    };
  });
  for await (const _ of await open()) break;
  await closed;
});

test("who takes all at once is waited for, and a failure of theirs lets the engine go", async () => {
  const closed = new Promise((resolve) => {
    answer = (socket) => {
      socket.on("close", resolve);
      for (const part of [PLAIN, "hello", ZEROS]) socket.write(part);
      socket.end();
    };
  });
  let text = "";
  await pour(await open(), async (bytes) => {
    const held = Buffer.from(bytes).toString();
    await new Promise((resolve) => setImmediate(resolve));
    expect(Buffer.from(bytes).toString()).toBe(held);
    text += held;
  });
  expect(text).toBe(`hello${ZEROS}`);
  await closed;
  sends(PLAIN, "hello", ZEROS);
  const refusing = pour(await open(), () => {
    throw new Error("too much");
  });
  await expect(refusing).rejects.toThrow("too much");
});
