/** Calls over a socket, answered by a server that is made here. */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { socketClient, type Client, type Self } from "../../src/engine/client.ts";

let folder: string;
let server: Server;
let client: Client & Self;
let answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
const asked: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-client-"));
  asked.length = 0;
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`.trim());
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "socket"), resolve));
  client = socketClient(join(folder, "socket"));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

function answers(value: unknown): void {
  answer = (_request, response) => response.end(JSON.stringify(value));
}

test.each([
  ["golang:1.26", "/images/golang%3A1.26/json"],
  ["registry.example:5000/a/b@sha256:12", "/images/registry.example%3A5000/a/b%40sha256%3A12/json"],
  ["a b\r\nX: y?c#d", "/images/a%20b%0D%0AX%3A%20y%3Fc%23d/json"],
])("an image %j is asked for by %s", async (ref, path) => {
  answers({ Id: "sha256:1" });
  expect(await client.getImage(ref).inspect()).toEqual({ Id: "sha256:1" });
  expect(asked).toEqual([`GET ${path}`]);
});

test("a large answer comes whole", async () => {
  const labels = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, "ü€"]));
  answers({ Labels: labels });
  expect(await client.info()).toEqual({ Labels: labels });
});

test("a container is created, listed and removed", async () => {
  answers({ Id: "c1", Warnings: [] });
  const options = {
    Image: "i",
    Cmd: ["/"],
    Labels: { a: "b" },
    HostConfig: { NetworkMode: "none" },
  };
  const made = await client.createContainer({ name: "slimproof-1", ...options });
  expect(made.id).toBe("c1");
  answers([{ Id: "c1", Labels: { a: "b" } }]);
  const filters = '{"label":["a"]}';
  expect(await client.listContainers({ all: true, filters })).toHaveLength(1);
  answer = (_request, response) => response.writeHead(204).end();
  expect(await made.remove({ force: true, v: true })).toBeNull();
  expect(asked).toEqual([
    `POST /containers/create?name=slimproof-1 ${JSON.stringify(options)}`,
    "GET /containers/json?all=true&filters=%7B%22label%22%3A%5B%22a%22%5D%7D",
    "DELETE /containers/c1?force=true&v=true",
  ]);
});

test.each([
  [404, '{"message":"No such image: x"}', "No such image: x"],
  [500, "<html>", "the engine answers 500"],
  [301, "", "the engine answers 301"],
])("a refusal by %i keeps its status and says %s", async (status, body, message) => {
  answer = (_request, response) => response.writeHead(status).end(body);
  await expect(client.getImage("x").inspect()).rejects.toMatchObject({
    message,
    statusCode: status,
  });
});

test("an engine that hangs up, and one that is gone", async () => {
  answer = (request) => request.socket.end();
  await expect(client.version()).rejects.toThrow("the engine broke off");
  await expect(socketClient(join(folder, "nowhere")).version()).rejects.toThrow("ENOENT");
});
