import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureBases } from "../../src/bases/index.ts";
import { loadArchive, namedImages } from "../../src/bases/load.ts";

let folder = "";
let socket = "";
let server: Server | null = null;
let requests: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-load-"));
  socket = join(folder, "docker.sock");
  requests = [];
});
afterEach(async () => {
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** An engine that has these images, and answers an archive in these words. */
async function engine(images: readonly object[], answer = "{}", status = 200): Promise<void> {
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => {
      if (request.method === "GET") return response.end(JSON.stringify(images));
      requests.push(`${bytes} bytes`);
      return response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
}

async function* archive(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(700);
  yield Buffer.alloc(300);
}

test("images by name, those without one left out", async () => {
  await engine([
    { RepoTags: ["a:1", "b:1"], Labels: { x: "1" } },
    { RepoTags: null, Labels: null },
    { RepoTags: ["c:1"], Labels: null },
  ]);
  expect([...(await namedImages(socket))]).toEqual([
    ["a:1", { x: "1" }],
    ["b:1", { x: "1" }],
    ["c:1", {}],
  ]);
});

test("an archive is sent whole", async () => {
  await engine([], '{"stream":"Loaded image: a:1\\n"}');
  await loadArchive(socket, archive());
  expect(requests.at(-1)).toBe("1000 bytes");
});

test.each([
  ['{"errorDetail":{"message":"no space left on device"},"error":"no space left"}', 200],
  ['{"message":"no space left on device"}', 500],
])("an engine that refuses is quoted: %s", async (answer, status) => {
  await engine([], answer, status);
  await expect(loadArchive(socket, archive())).rejects.toThrow(
    /did not take the base images: .*no space left on device/,
  );
});

test("an engine that is gone is an error", async () => {
  await expect(loadArchive(socket, archive())).rejects.toThrow("did not take the base images");
  await expect(namedImages(socket)).rejects.toThrow("does not say which images it has");
});

test("when all is there, one question is asked and nothing is made", async () => {
  await engine([{ RepoTags: ["python:3.13-slim", "own/base:latest"], Labels: null }]);
  const lines: string[] = [];
  const wanted = ["docker.io/library/python:3.13-slim", "own/base", "scratch"];
  await ensureBases(wanted, `unix://${socket}`, (line) => lines.push(line));
  expect(requests).toEqual(["GET /images/json"]);
  expect(lines).toEqual([]);
});

test("an image that can be neither found nor made: which, what else, and the ways out", async () => {
  await engine([]);
  const failure = ensureBases(["python:3.12-slim"], `unix://${socket}`, () => undefined);
  await expect(failure).rejects.toMatchObject({ name: "InputError" });
  await expect(failure).rejects.toThrow(
    /^[^\n]*the image python:3\.12-slim: [^\n]*python:3\.13-slim[^\n]*DOCKER_HOST[^\n]*$/,
  );
  expect(requests).toEqual(["GET /images/json"]);
});

test("only an engine on a socket of this machine is given stand-ins", async () => {
  await expect(
    ensureBases(["golang:1.26"], "tcp://10.0.0.1:2375", () => undefined),
  ).rejects.toThrow("not into tcp://10.0.0.1:2375");
});
