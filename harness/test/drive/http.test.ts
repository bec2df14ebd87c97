import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { afterEach, expect, test } from "vitest";
import { http } from "../../src/drive/http.ts";
import { OUTPUT_LIMIT } from "../../src/model/container.ts";
import type { HttpProbe } from "../../src/model/contract.ts";
import { InputError } from "../../src/model/error.ts";
import { probeOf, servedBy, valuesOf } from "./local.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server.listen(0, "127.0.0.1"));
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A server that answers whatever comes with the same bytes. */
function raw(answer: (socket: Socket, request: string) => void): Promise<number> {
  return listening(
    createServer((socket) => {
      let request = "";
      socket.on("data", (bytes) => {
        const before = request;
        request += bytes.toString();
        if (!before.includes("\r\n\r\n") && request.includes("\r\n\r\n")) answer(socket, request);
      });
    }),
  );
}

async function ask(port: number, own: Partial<HttpProbe> = {}): Promise<Record<string, string>> {
  const { facts } = await http(probeOf("http", own), servedBy(port), new AbortController().signal);
  return valuesOf(facts);
}

test("an answer becomes facts, as it came", async () => {
  const port = await listening(
    createHttpServer((_, answer) => {
      answer.statusMessage = "FOUND";
      answer.statusCode = 302;
      answer.setHeader("Location", "/elsewhere");
      answer.setHeader("Set-Cookie", ["a=1", "b=2"]);
      answer.setHeader("Content-Encoding", "gzip");
      answer.setHeader("Date", "now");
      answer.setHeader("Keep-Alive", "timeout=5");
      answer.end(Buffer.from([0x1f, 0x8b, 0xff]));
    }),
  );
  expect(await ask(port)).toEqual({
    "http.status": "302",
    "http.reason": "FOUND",
    "http.header.location": "/elsewhere",
    "http.header.set-cookie": "a=1\nb=2",
    "http.header.content-encoding": "gzip",
    "http.header.date": "now",
    "http.header.connection": "keep-alive",
    "http.header.keep-alive": "timeout=5",
    "http.header.content-length": "3",
    "http.body": "base64:H4v/",
    "http.closed": "false",
  });
});

test("the request is the same bytes whatever the published port is", async () => {
  let seen = "";
  const port = await raw((socket, request) => {
    seen = request;
    socket.end("HTTP/1.1 204 No Content\r\n\r\n");
  });
  await ask(port, { method: "POST", path: "/ü?a b", headers: { "X-Own": "1" }, body: "{}" });
  expect(seen).toBe(
    "POST /%C3%BC?a%20b HTTP/1.1\r\nHost: localhost:5000\r\nUser-Agent: slimproof\r\nAccept: */*\r\n" +
      "Connection: keep-alive\r\nContent-Length: 2\r\nX-Own: 1\r\n\r\n{}",
  );
});

test("a header of the probe's own replaces the usual one", async () => {
  let seen = "";
  const port = await raw((socket, request) => {
    seen = request;
    socket.end("HTTP/1.1 204 No Content\r\n\r\n");
  });
  await ask(port, { headers: { host: "example.org", connection: "close" } });
  expect(seen).toBe(
    "GET / HTTP/1.1\r\nUser-Agent: slimproof\r\nAccept: */*\r\nhost: example.org\r\nconnection: close\r\n\r\n",
  );
});

test("trailers, no reason phrase, a HEAD without a body", async () => {
  const trailing = await raw((socket) =>
    socket.write(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n",
    ),
  );
  expect(await ask(trailing)).toMatchObject({ "http.body": "hi", "http.trailer.x-sum": "1\n2" });
  const bare = await raw((socket) => socket.write("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"));
  expect(await ask(bare)).toMatchObject({ "http.status": "200", "http.reason": "" });
  const head = await raw((socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"));
  expect(await ask(head, { method: "HEAD" })).toMatchObject({ "http.body": "" });
});

test("text in headers and reasons is UTF-8 where it can be", async () => {
  const port = await raw((socket) =>
    socket.end(Buffer.from("HTTP/1.1 200 Grüße\r\nX-Name: Jörg\r\nContent-Length: 0\r\n\r\n")),
  );
  expect(await ask(port)).toMatchObject({
    "http.reason": "Grüße",
    "http.header.x-name": "Jörg",
  });
});

test.for([
  [
    "says close",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
    false,
    "true",
  ],
  ["is HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, "true"],
  ["ends its body by closing", "HTTP/1.1 200 OK\r\n\r\nhi", true, "true"],
  ["says nothing and closes", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", true, "true"],
  ["says nothing and stays", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, "false"],
] as const)("http.closed of a server that %s", async ([, bytes, closes, closed]) => {
  const port = await raw((socket) => (closes ? socket.end(bytes) : socket.write(bytes)));
  expect(await ask(port)).toMatchObject({ "http.body": "hi", "http.closed": closed });
});

test("an answer that breaks off keeps what came of it", async () => {
  const port = await raw((socket) =>
    socket.end("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
  );
  expect(await ask(port)).toEqual({
    "http.status": "200",
    "http.reason": "OK",
    "http.header.content-length": "100",
    "http.body": "half",
    "http.error": "ECONNRESET",
  });
});

test("no answer at all is a stable code", async () => {
  const gone = await raw(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const codes = await Promise.all([
    ask(await raw((socket) => socket.resetAndDestroy())),
    ask(await raw((socket) => socket.end())),
    ask(await raw((socket) => socket.end("SSH-2.0-OpenSSH\r\n"))),
    ask(await raw(() => {}), { within: 50 }),
    ask(gone),
  ]);
  expect(codes).toEqual(
    ["ECONNRESET", "ECONNRESET", "HPE_INVALID_CONSTANT", "timeout", "ECONNREFUSED"].map((code) => ({
      "http.error": code,
    })),
  );
});

test("a container that ends under a request is named as such, whatever the network says", async () => {
  const { promise, resolve } = Promise.withResolvers<{ code: number; oom: false; error: "" }>();
  const port = await raw((socket) => {
    socket.resetAndDestroy();
    setTimeout(() => resolve({ code: 1, oom: false, error: "" }), 20);
  });
  const container = servedBy(port, promise);
  const { signal } = new AbortController();
  const first = await http(probeOf("http", {}), container, signal);
  const second = await http(probeOf("http", {}), container, signal);
  expect(first.facts).toEqual([{ probe: "probe", fact: "http.error", value: "container ended" }]);
  expect(second.facts).toEqual(first.facts);
});

test("an endless body is cut off, and says so", async () => {
  const port = await raw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const more = (): void => {
      while (!socket.destroyed && socket.write("x".repeat(65_536)));
    };
    socket.on("drain", more);
    more();
  });
  const { facts, notes } = await http(
    probeOf("http", { name: "big" }),
    servedBy(port),
    new AbortController().signal,
  );
  expect(valuesOf(facts)["http.body"]).toBe(
    `${"x".repeat(OUTPUT_LIMIT)}\n[cut off at 1000000 bytes]`,
  );
  expect(valuesOf(facts)["http.closed"]).toBeUndefined();
  expect(notes).toEqual(["big: http.body cut off at 1 MB"]);
});

test("parallel requests are sent at once, and disagreement is counted", async () => {
  let waiting: Socket[] = [];
  let number = 0;
  const port = await raw((socket) => {
    waiting.push(socket);
    if (waiting.length < 5) return; // answers none before all five have asked
    for (const each of waiting)
      each.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n${number++ < 2 ? "a" : "b"}`);
    waiting = [];
  });
  expect(await ask(port, { parallel: 5 })).toMatchObject({
    "http.status": "200",
    "http.body": "2 × a\n3 × b",
  });
});

test("facts come in one order, whatever order the headers have", async () => {
  const port = await raw((socket) =>
    socket.end("HTTP/1.1 200 OK\r\nZ: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n"),
  );
  expect(Object.keys(await ask(port))).toEqual([
    "http.status",
    "http.reason",
    "http.header.a",
    "http.header.content-length",
    "http.header.z",
    "http.body",
    "http.closed",
  ]);
});

test("another protocol after 101 is an answer", async () => {
  const port = await raw((socket) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
  );
  expect(await ask(port)).toMatchObject({ "http.status": "101", "http.closed": "false" });
});

test("what HTTP cannot send is the contract's error", async () => {
  const port = await raw(() => {});
  await expect(ask(port, { method: "GE T" })).rejects.toThrow(InputError);
  await expect(ask(port, { headers: { "a b": "1" } })).rejects.toThrow(/probe "probe"/);
});

test("an abort ends a request at once", async () => {
  const port = await raw(() => {});
  const abort = new AbortController();
  const asking = http(probeOf("http", {}), servedBy(port), abort.signal);
  setTimeout(() => abort.abort(new Error("enough")), 20);
  await expect(asking).rejects.toThrow("enough");
});
