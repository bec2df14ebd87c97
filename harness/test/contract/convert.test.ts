import { resolve } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parseContract } from "../../src/contract/load.ts";
import type { Contract } from "../../src/model/contract.ts";

const folder = resolve("app");

function load(more: object): Contract {
  const good = { version: 1, baseline: "Dockerfile.single", candidates: ["Dockerfile.multi"] };
  return parseContract(stringify({ ...good, ...more }), {
    file: resolve("app/parity.yaml"),
    folder,
  });
}

const probe = (more: object): unknown => load({ probes: [{ name: "a", ...more }] }).probes[0];
const step = (more: object): unknown =>
  load({ probes: [{ name: "a", terminal: [more] }] }).probes.map(
    (it) => it.kind === "terminal" && it.steps[0],
  )[0];

test("the shortest contract, with every default", () => {
  expect(load({})).toStrictEqual({
    file: resolve("app/parity.yaml"),
    folder,
    name: "app",
    baseline: source("Dockerfile.single"),
    candidates: [{ name: "multi", source: source("Dockerfile.multi") }],
    run: {
      env: {},
      args: null,
      user: null,
      readOnly: false,
      tmpfs: [],
      memory: 512 * 1024 * 1024,
      pids: 256,
      network: "bridge",
      mounts: [],
      ready: null,
    },
    services: [],
    probes: [],
    fuzz: [],
    claims: { size: null, transfer: null, packages: null, absent: [], user: null },
    accept: [],
  });
});

function source(dockerfile: string, more: object = {}): unknown {
  return {
    kind: "build",
    dockerfile,
    context: folder,
    target: null,
    args: {},
    platform: null,
    ...more,
  };
}

test("candidates in a list are named after the ending of their Dockerfile, whatever their form", () => {
  const candidates = [
    "Dockerfile.multi",
    "deploy/Dockerfile.small",
    { dockerfile: "app.debug", target: "run" },
  ];
  expect(load({ candidates }).candidates).toStrictEqual([
    { name: "multi", source: source("Dockerfile.multi") },
    { name: "small", source: source("deploy/Dockerfile.small") },
    { name: "debug", source: source("app.debug", { target: "run" }) },
  ]);
});

test("a Dockerfile is named from the contract's folder, and handed on from its context", () => {
  const context = resolve("app/src");
  expect(
    load({ baseline: { dockerfile: "src/build/Dockerfile", context: "src" } }).baseline,
  ).toStrictEqual(source("build/Dockerfile", { context }));
  expect(
    load({ baseline: { dockerfile: "./x/../Dockerfile", context: "./" } }).baseline,
  ).toStrictEqual(source("Dockerfile"));
});

test("an image that exists, as baseline and as candidate", () => {
  const image = { image: "ghcr.io/a/b@sha256:00", platform: "linux/arm64/v8" };
  const contract = load({ baseline: image, candidates: { shipped: { image: "b" } } });
  expect(contract.baseline).toStrictEqual({ kind: "image", ...image });
  expect(contract.candidates[0]?.source).toStrictEqual({
    kind: "image",
    image: "b",
    platform: null,
  });
});

test("ready in its three forms", () => {
  const ready = (form: object) => load({ run: { ready: form } }).run.ready;
  expect(ready({ http: "/up", port: 80, within: "2m" })).toStrictEqual({
    kind: "http",
    path: "/up",
    port: 80,
    within: 120_000,
  });
  expect(ready({ log: "^up$" })).toStrictEqual({ kind: "log", pattern: "^up$", within: 30_000 });
  expect(ready({ port: 80 })).toStrictEqual({ kind: "port", port: 80, within: 30_000 });
});

test("a probe without a port takes that of run.ready", () => {
  const contract = load({
    run: { ready: { port: 8080 } },
    probes: [
      { name: "a", http: { path: "/" } },
      { name: "b", tcp: {} },
      { name: "c", tcp: { port: 1 } },
    ],
    fuzz: [{ name: "d", http: { paths: ["/"] } }],
  });
  expect(contract.probes.map((it) => "port" in it && it.port)).toEqual([8080, 8080, 1]);
  expect(contract.fuzz[0]).toStrictEqual({
    kind: "http",
    name: "d",
    port: 8080,
    paths: ["/"],
    methods: ["GET"],
    words: {},
    requests: 200,
  });
});

test.each([
  [{ a: [1, null] }, '{"a":[1,null]}'],
  ["text", '"text"'],
  [null, "null"],
  [false, "false"],
  [0, "0"],
])("json: %j is sent as %s, and called JSON", (json, body) => {
  expect(probe({ http: { path: "/", port: 80, json } })).toMatchObject({
    body,
    headers: { "content-type": "application/json" },
  });
});

test("a content type of one's own stays, however it is written", () => {
  const headers = { "Content-Type": "application/problem+json", accept: "a" };
  expect(probe({ http: { path: "/", port: 80, method: "put", json: 1, headers } })).toStrictEqual({
    kind: "http",
    name: "a",
    within: 10_000,
    expect: {},
    method: "PUT",
    path: "/",
    port: 80,
    headers,
    body: "1",
    parallel: 1,
  });
  expect(probe({ http: { path: "/", port: 80, body: "" } })).toMatchObject({
    body: "",
    headers: {},
  });
});

test("the longest that a step may take: of the probe, of stop, or 10 s", () => {
  expect(probe({ exec: ["a"], within: "2s" })).toMatchObject({ within: 2_000 });
  expect(probe({ exec: ["a"] })).toMatchObject({ within: 10_000 });
  expect(probe({ stop: {}, within: "3s" })).toMatchObject({ within: 3_000, signal: null });
  expect(probe({ stop: { within: "250ms" } })).toMatchObject({ within: 250 });
});

test.each([
  [{ expect: "1 + 2" }, { kind: "expect", text: "1 + 2" }],
  [{ expect: { matches: "\\d+$" } }, { kind: "matches", pattern: "\\d+$" }],
  [{ type: "" }, { kind: "type", text: "" }],
  [{ press: "page-up" }, { kind: "press", key: "page-up" }],
  [{ resize: { columns: 1, rows: 1000 } }, { kind: "resize", columns: 1, rows: 1000 }],
  [{ exit: 255 }, { kind: "exit", code: 255 }],
  [{ exit: 0 }, { kind: "exit", code: 0 }],
  [{ exit: "any" }, { kind: "exit", code: null }],
])("the step %j", (written, model) => {
  expect(step(written)).toStrictEqual(model);
});

test("a command of nothing, and one with all", () => {
  expect(probe({ command: {} })).toMatchObject({ args: null, stdin: null, env: {} });
  expect(probe({ command: { args: [], stdin: "", env: { A: "" } } })).toMatchObject({
    args: [],
    stdin: "",
    env: { A: "" },
  });
});

test("every expectation, with the probe it goes with", () => {
  const http = { status: 404, header: { a: "b" }, body: "", bodyMatches: "x", json: null };
  expect(probe({ http: { path: "/", port: 80 }, expect: http })).toMatchObject({ expect: http });
  const exec = { exit: 1, stdout: "", stdoutMatches: "a", stderr: "", stderrMatches: "b" };
  expect(probe({ exec: ["a"], expect: exec })).toMatchObject({ expect: exec });
  expect(probe({ command: {}, expect: exec })).toMatchObject({ expect: exec });
  const tcp = { reply: "", replyMatches: "+PONG".slice(1) };
  expect(probe({ tcp: { port: 80 }, expect: tcp })).toMatchObject({ expect: tcp });
  expect(probe({ stop: {}, expect: { exit: 143 } })).toMatchObject({ expect: { exit: 143 } });
});

test("the defaults of fuzz", () => {
  const fuzz = [{ name: "a", terminal: { after: "> ", lines: ["{int}", "{JSON", "{}"] } }];
  expect(load({ fuzz }).fuzz[0]).toStrictEqual({
    kind: "terminal",
    name: "a",
    after: "> ",
    lines: ["{int}", "{JSON", "{}"],
    end: null,
    words: {},
    sessions: 20,
    linesPerSession: 25,
  });
});

test("the bounds of claims keep the words they were written in", () => {
  const claims = { size: "smaller", transfer: "<30MB", packages: "< 20" };
  expect(load({ claims }).claims).toStrictEqual({
    size: { text: "smaller", bound: { kind: "less" } },
    transfer: { text: "<30MB", bound: { kind: "absolute", below: 30_000_000 } },
    packages: { text: "< 20", bound: { kind: "absolute", below: 20 } },
    absent: [],
    user: null,
  });
});

test("patterns of accepted facts", () => {
  const facts = [
    "*/http.header.date",
    "**/exit.code",
    "**",
    "files./app/**",
    "http.header.x-*",
    "GET /a/http.body",
  ];
  const accept = facts.map((fact) => ({ fact, reason: "wanted" }));
  expect(load({ accept }).accept).toStrictEqual(accept.map((it) => ({ ...it, candidate: null })));
});

test("anchors and aliases stand for what they name", () => {
  const text = `version: 1
baseline: &same Dockerfile.single
candidates: { again: *same }
services:
  db: &postgres { image: "postgres:17", env: { A: b }, mounts: [{ from: seed.sql, to: /seed }] }
  replica: *postgres
`;
  const contract = parseContract(text, { file: resolve("app/parity.yaml"), folder });
  expect(contract.candidates[0]?.source).toEqual(contract.baseline);
  const db = {
    image: "postgres:17",
    env: { A: "b" },
    args: null,
    mounts: [{ from: resolve("app/seed.sql"), to: "/seed" }],
    ready: null,
    found: null,
  };
  expect(contract.services).toEqual(["db", "replica"].map((name) => ({ name, ...db })));
});

test("what would be a date, a boolean or a merge in YAML 1.1 is a text, or no key", () => {
  const text = `%YAML 1.1
---
version: 1
name: 2026-01-01
baseline: Dockerfile.single
candidates: [Dockerfile.multi]
run: { env: { ANSWER: yes } }
`;
  const contract = parseContract(text, { file: resolve("app/parity.yaml"), folder });
  expect(contract.name).toBe("2026-01-01");
  expect(contract.run.env).toEqual({ ANSWER: "yes" });
});
