/** Requests that nobody thought of, to real servers: one that can be killed, one that knows ASCII alone, two that are one. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseContract } from "../../src/contract/load.ts";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { fuzz } from "../../src/fuzz/fuzz.ts";
import type { FuzzResult } from "../../src/model/fuzz-result.ts";
import type { Image } from "../../src/model/image.ts";
import { folder, options, source } from "../engine/workbench.ts";

const TIMEOUT = 300_000;
/** More than it takes: a server that dies is started anew, some thirty times, and a slow machine is no reason to stop. */
const BUDGET = 200_000;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine(false);
}, TIMEOUT);
afterAll(() => engine[Symbol.asyncDispose](), TIMEOUT);

/** A server whose answer to a path is what a Python expression gives; `die` ends it. */
async function server(answer: string): Promise<Image> {
  const context = folder({
    "app.py": `import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import unquote


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = unquote(self.path)
        text = ${answer}
        if text == "die":
            os._exit(3)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_request(self, code="-", size="-"):
        pass


HTTPServer(("", 8000), Handler).serve_forever()
`,
    Dockerfile: `FROM python:3.13-slim
COPY app.py /app.py
CMD ["python3", "/app.py"]
`,
  });
  return await engine.image(source(context), options());
}

async function fuzzed(
  baseline: Image,
  candidate: Image,
  paths: readonly string[],
): Promise<FuzzResult> {
  const contract = parseContract(
    `version: 1
baseline: Dockerfile
candidates: [Dockerfile.multi]
run:
  ready: { port: 8000 }
fuzz:
  - name: any path
    http: { port: 8000, paths: ${JSON.stringify(paths)}, methods: [GET] }
    requests: 60
`,
    { file: "/nowhere/parity.yaml", folder: "/nowhere" },
  );
  const [entry] = contract.fuzz;
  if (!entry) throw new Error("no fuzz entry");
  return await fuzz(entry, contract, { baseline, candidate }, engine.containers, {
    seed: 7,
    budget: BUDGET,
    known: [],
    gate: (task) => task(),
    signal: AbortSignal.timeout(TIMEOUT),
  });
}

test("a request that kills both servers ends nothing but them", { timeout: TIMEOUT }, async () => {
  const image = await server(`"die" if path > "/t" else path`);
  const found = await fuzzed(image, image, ["/{word}"]);
  expect(found).toMatchObject({ counterexample: null, error: null, asked: 60 });
  expect(found.starts).toBeGreaterThan(3);
});

test("a request that kills one of them is found, and said so", { timeout: TIMEOUT }, async () => {
  const found = await fuzzed(await server("path"), await server(`"die" if path > "/t" else path`), [
    "/{word}",
  ]);
  expect(found.counterexample?.shown).toMatch(/^GET \/[t-z]$/);
  expect(found.counterexample?.baseline).toMatch(/^200 OK\n/);
  expect(found.counterexample?.candidate).toMatch(
    /^\(no answer\)\n[^]*\(broken off\)\n\(the server ended with 3\)$/,
  );
});

test("a path that is not ASCII is found, and made small", { timeout: TIMEOUT }, async () => {
  const found = await fuzzed(
    await server("path"),
    await server(`path.encode("ascii", "replace").decode()`),
    ["/{word}", "/{unicode}"],
  );
  const shown = found.counterexample?.shown ?? "";
  expect(shown).toMatch(/^GET \/(?:%[0-9A-F]{2})+$/);
  expect(shown.length).toBeLessThanOrEqual(30);
});

test("two builds of one server are never told apart", { timeout: TIMEOUT }, async () => {
  const answer = `f"{path} {os.urandom(8).hex()}"`;
  const found = await fuzzed(await server(answer), await server(answer), ["/{word}", "/{unicode}"]);
  expect(found).toMatchObject({ counterexample: null, error: null, asked: 60 });
});
