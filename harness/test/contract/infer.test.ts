import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contractOfPair, inferProbes, isInferred } from "../../src/contract/infer.ts";
import { loadContract, parseContract } from "../../src/contract/load.ts";
import { contractText } from "../../src/contract/write.ts";
import type { Scouted } from "../../src/model/scouted.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slimproof-infer-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const put = (...names: readonly string[]): Promise<unknown> =>
  Promise.all(names.map((name) => writeFile(join(folder, name), "FROM scratch\n")));

describe("a folder without a parity.yaml", () => {
  test("is a pair when it has both Dockerfiles", async () => {
    await put("Dockerfile.single", "Dockerfile.multi", "Dockerfile.other");
    const contract = await loadContract(folder);
    expect(contract.candidates.map(({ name }) => name)).toEqual(["multi"]);
    expect(contract.baseline).toMatchObject({ kind: "build", dockerfile: "Dockerfile.single" });
    expect(isInferred(contract)).toBe(true);
  });

  test("has what a contract's defaults are", async () => {
    await put("Dockerfile.single", "Dockerfile.multi", "Dockerfile.minimal");
    const { run, claims } = await loadContract(folder);
    const written = parseContract(
      "version: 1\nbaseline: Dockerfile.single\ncandidates: [Dockerfile.multi]\nprobes: []\n",
      { file: join(folder, "parity.yaml"), folder },
    );
    expect({ run, claims }).toEqual({ run: written.run, claims: written.claims });
  });

  test.each([
    [
      [],
      "there is no parity.yaml here, and no Dockerfile.single with a Dockerfile.multi beside it",
    ],
    [["Dockerfile"], "there is no Dockerfile.single: the single-stage Dockerfile is"],
    [["Dockerfile.multi"], "there is no Dockerfile.single: the single-stage Dockerfile is"],
    [["Dockerfile.single"], "there is no Dockerfile.multi: write the multi-stage one"],
  ])("with %j says what is missing", async (names, message) => {
    await put(...names);
    await expect(loadContract(folder)).rejects.toThrow(message);
  });
});

const web: Scouted = {
  ports: [{ port: 8080, speaks: "http", links: ["/about", "/static/app.css?v=1"] }],
  ends: false,
  reads: false,
};

test.each<[string, Scouted, readonly string[]]>([
  [
    "a web server",
    web,
    ["GET /", "GET /about", "GET /static/app.css?v=1", "GET /no-such-page", "stops"],
  ],
  [
    "one with a second port",
    { ...web, ports: [...web.ports, { port: 9000, speaks: "tcp", links: [] }] },
    [
      "GET / on 8080",
      "GET /about on 8080",
      "GET /static/app.css?v=1 on 8080",
      "GET /no-such-page on 8080",
      "connects to 9000",
      "stops",
    ],
  ],
  ["a program that reads", { ports: [], ends: true, reads: true }, ["a session", "an empty input"]],
  ["one that ends", { ports: [], ends: true, reads: false }, ["runs"]],
  ["one that works in silence", { ports: [], ends: false, reads: false }, ["stops"]],
])("%s is asked what it can be asked", (_, scouted, names) => {
  expect(inferProbes(scouted).map(({ name }) => name)).toEqual(names);
});

test("what was inferred is written down as a contract that says the same", async () => {
  await put("Dockerfile.single", "Dockerfile.multi");
  for (const scouted of [
    web,
    { ports: [], ends: true, reads: true },
    { ports: [], ends: true, reads: false },
  ]) {
    const contract = { ...(await loadContract(folder)), probes: inferProbes(scouted) };
    const file = join(folder, "parity.yaml");
    const read = parseContract(contractText(contract), { file, folder });
    expect(read).toMatchObject({ name: contract.name, baseline: contract.baseline });
    expect(read.candidates).toEqual(contract.candidates);
    expect(read.probes).toEqual(contract.probes);
    expect(read.claims.size?.text).toBe("smaller");
  }
});

test("two images that exist are a pair, whatever they are called", () => {
  const contract = contractOfPair("calc:1.3", "registry.example/calc@sha256:12");
  expect(contract.candidates[0]?.name).toBe("registry.example/calc@sha256:12");
  expect(isInferred(contract)).toBe(true);
});
