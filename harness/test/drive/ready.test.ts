import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { untilReady } from "../../src/drive/ready.ts";
import { openTranscript } from "../../src/drive/transcript.ts";
import type { Container, ContainerEnd } from "../../src/model/container.ts";
import type { Ready } from "../../src/model/contract.ts";
import { servedBy } from "./local.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server, port = 0): Promise<number> {
  servers.push(server.listen(port, "127.0.0.1"));
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function wait(
  container: Container,
  ready: Ready | null,
  ports: number[] = [],
): Promise<string | null> {
  return untilReady(container, ready, ports, new AbortController().signal);
}

async function took(task: Promise<unknown>): Promise<number> {
  const began = performance.now();
  await task;
  return performance.now() - began;
}

const ended: ContainerEnd = { code: 3, oom: false, error: "" };

test("a port is ready when a connection to it stays open", async () => {
  const port = await listening(createServer());
  expect(
    await took(wait(servedBy(port), { kind: "port", port: 5000, within: 5_000 })),
  ).toBeLessThan(2_000);
});

test("a port is ready when it says something and closes", async () => {
  const port = await listening(createServer((socket) => socket.end("220 hello\r\n")));
  expect(await wait(servedBy(port), { kind: "port", port: 5000, within: 5_000 })).toBeNull();
});

test("a proxy that takes connections before the program does is not taken for it", async () => {
  let listens = false;
  setTimeout(() => (listens = true), 300);
  const port = await listening(createServer((socket) => listens || socket.destroy()));
  const time = await took(wait(servedBy(port), { kind: "port", port: 5000, within: 5_000 }));
  expect(time).toBeGreaterThan(300);
  const never = await listening(createServer((socket) => socket.destroy()));
  expect(await wait(servedBy(never), { kind: "port", port: 5000, within: 200 })).toBe(
    "was not ready within 200 ms",
  );
});

test("every port of the probes must be ready", async () => {
  const open = await listening(createServer());
  const late = await listening(createServer());
  const other = servers.pop();
  await new Promise((resolve) => other?.close(resolve));
  setTimeout(() => void listening(createServer(), late), 250);
  const container = {
    ...servedBy(0),
    address: (port: number) => ({ host: "127.0.0.1", port: port === 1 ? open : late }),
  };
  expect(await took(wait(container, null, [1, 2]))).toBeGreaterThan(250);
});

test("http: an answer below 400, however long it takes to come to that", async () => {
  let status = 503;
  setTimeout(() => (status = 302), 200);
  const port = await listening(createHttpServer((_, answer) => answer.writeHead(status).end()));
  const ready = { kind: "http", path: "/healthz", port: 5000, within: 5_000 } as const;
  expect(await took(wait(servedBy(port), ready))).toBeGreaterThan(190);
  status = 404;
  expect(await wait(servedBy(port), { ...ready, within: 100 })).toBe("was not ready within 100 ms");
});

test("log: a match in what was written to either output", async () => {
  const [stdout, stderr] = [openTranscript(), openTranscript()];
  const container = { ...servedBy(0), stdout, stderr };
  setTimeout(() => stdout.push(Buffer.from("starting\n")), 20);
  setTimeout(() => stderr.push(Buffer.from("ready for conn")), 60);
  setTimeout(() => stderr.push(Buffer.from("ections\n")), 120);
  const ready = { kind: "log", pattern: "ready for \\w+ections", within: 5_000 } as const;
  expect(await took(wait(container, ready))).toBeGreaterThan(110);
});

test("the end of the container ends the waiting at once", async () => {
  const container = servedBy(1, new Promise((resolve) => setTimeout(resolve, 100, ended)));
  const waiting = wait(container, { kind: "port", port: 5000, within: 60_000 });
  expect(await took(waiting)).toBeLessThan(1_000);
  expect(await waiting).toBe("ended with exit code 3 before it was ready");
  expect(await wait(container, null, [5000])).toBe("ended with exit code 3 before it was ready");
});

test("a container that ends for memory, or never started, says so", async () => {
  const oom = servedBy(1, Promise.resolve({ ...ended, oom: true }));
  expect(await wait(oom, null, [1])).toBe("ran out of memory before it was ready");
  const error = `exec: "/app" in ${"0a".repeat(32)}: no such file`;
  const refused = servedBy(1, Promise.resolve({ code: 127, oom: false, error }));
  expect(await wait(refused, null, [])).toBe(
    'could not be started: exec: "/app" in …: no such file',
  );
});

test("a container that says it is ready and ends was ready", async () => {
  const stdout = openTranscript();
  stdout.push(Buffer.from("done"));
  stdout.finish();
  const stderr = openTranscript();
  stderr.finish();
  const container = { ...servedBy(0, Promise.resolve(ended)), stdout, stderr };
  expect(await wait(container, { kind: "log", pattern: "done", within: 5_000 })).toBeNull();
  expect(await wait(container, { kind: "log", pattern: "gone", within: 5_000 })).toMatch(
    /exit code 3/,
  );
});

test("with nothing to wait for, a container is watched for a moment or until its end", async () => {
  expect(await took(wait(servedBy(0, Promise.resolve(ended)), null))).toBeLessThan(2_000);
  const quiet = wait(servedBy(0), null);
  expect(await took(quiet)).toBeGreaterThan(1_000);
  expect(await quiet).toBeNull();
});

test("an abort ends the waiting at once", async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error("enough")), 50);
  const ready = { kind: "port", port: 5000, within: 60_000 } as const;
  await expect(untilReady(servedBy(1), ready, [], abort.signal)).rejects.toThrow("enough");
});
