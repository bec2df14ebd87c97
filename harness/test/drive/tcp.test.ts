import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { tcp } from "../../src/drive/tcp.ts";
import { OUTPUT_LIMIT } from "../../src/model/container.ts";
import type { TcpProbe } from "../../src/model/contract.ts";
import type { Observation } from "../../src/model/fact.ts";
import { probeOf, servedBy, valuesOf } from "./local.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => serve(socket.on("error", () => {})));
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function talk(port: number, own: Partial<TcpProbe>): Promise<Observation> {
  return tcp(probeOf("tcp", own), servedBy(port), new AbortController().signal);
}

test("a reply ends with the text that is waited for, though more follows and it comes in pieces", async () => {
  const port = await listening((socket) =>
    socket.once("data", (bytes) => {
      socket.write(`got ${bytes.toString()}: PO`);
      setTimeout(() => socket.write("NG\r\nmore"), 20);
    }),
  );
  const { facts } = await talk(port, { send: "PING", until: "NG\r\n" });
  expect(valuesOf(facts)).toEqual({ "tcp.reply": "got PING: PONG\r\n" });
});

test("without such a text it ends when the server closes, or with the time", async () => {
  const closing = await listening((socket) => socket.end("bye"));
  expect(valuesOf((await talk(closing, {})).facts)).toEqual({ "tcp.reply": "bye" });
  const open = await listening((socket) => socket.write("hello"));
  expect(valuesOf((await talk(open, { within: 100 })).facts)).toEqual({ "tcp.reply": "hello" });
});

test("errors are stable codes", async () => {
  const gone = await listening(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const [late, reset, refused] = await Promise.all([
    talk(await listening((socket) => socket.write("PO")), {
      until: "NG",
      within: 100,
      name: "ping",
    }),
    talk(await listening((socket) => socket.resetAndDestroy()), {}),
    talk(gone, {}),
  ]);
  expect(valuesOf(late.facts)).toEqual({ "tcp.reply": "PO", "tcp.error": "timeout" });
  expect(late.notes).toEqual(["ping: the reply was not complete within 100 ms"]);
  expect(valuesOf(reset.facts)).toMatchObject({ "tcp.error": "ECONNRESET" });
  expect(valuesOf(refused.facts)).toEqual({ "tcp.reply": "", "tcp.error": "ECONNREFUSED" });
});

test("an endless reply is cut off", async () => {
  const port = await listening((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write("x".repeat(65_536)));
    };
    socket.on("drain", more);
    more();
  });
  const { facts, notes } = await talk(port, { until: "y" });
  expect(valuesOf(facts)["tcp.reply"]).toBe(
    `${"x".repeat(OUTPUT_LIMIT)}\n[cut off at 1000000 bytes]`,
  );
  expect(notes).toEqual(["probe: tcp.reply cut off at 1 MB"]);
});
