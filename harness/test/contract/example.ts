import { join } from "node:path";
import type { Contract, ImageSource } from "../../src/model/contract.ts";

/** What example.txt means when it lies in a folder. */
export function exampleContract(folder: string): Contract {
  const built = (dockerfile: string): ImageSource => ({
    kind: "build",
    dockerfile,
    context: folder,
    target: null,
    args: {},
    platform: null,
  });
  return {
    file: join(folder, "parity.yaml"),
    folder,
    name: "go-calculator",
    baseline: built("Dockerfile.single"),
    candidates: [
      { name: "multi", source: built("Dockerfile.multi") },
      {
        name: "minimal",
        source: {
          kind: "build",
          dockerfile: "Dockerfile.minimal",
          context: folder,
          target: "final",
          args: { VERSION: "1" },
          platform: "linux/amd64",
        },
      },
      {
        name: "shipped",
        source: { kind: "image", image: "registry.example/calc:1.4", platform: null },
      },
    ],
    run: {
      env: { TZ: "Europe/Berlin" },
      args: [],
      user: "1000:1000",
      readOnly: false,
      tmpfs: ["/tmp"],
      memory: 536_870_912,
      pids: 256,
      network: "bridge",
      mounts: [{ from: join(folder, "fixtures"), to: "/data" }],
      ready: { kind: "http", path: "/healthz", port: 5000, within: 30_000 },
    },
    services: [
      {
        name: "db",
        image: "postgres:17",
        env: { POSTGRES_PASSWORD: "secret" },
        args: null,
        mounts: [],
        ready: { kind: "log", pattern: "ready to accept connections", within: 30_000 },
        found: null,
      },
    ],
    probes: [
      {
        kind: "http",
        name: "greets",
        within: 10_000,
        expect: { status: 200, body: "Hello, Docker!" },
        method: "GET",
        path: "/",
        port: 5000,
        headers: {},
        body: null,
        parallel: 1,
      },
      {
        kind: "terminal",
        name: "adds and leaves",
        within: 10_000,
        expect: {},
        steps: [
          { kind: "expect", text: "shown in example): " },
          { kind: "type", text: "1 + 2" },
          { kind: "expect", text: "Result: 3" },
          { kind: "press", key: "ctrl-d" },
          { kind: "resize", columns: 80, rows: 24 },
          { kind: "exit", code: 0 },
        ],
      },
      {
        kind: "command",
        name: "piped input",
        within: 10_000,
        expect: { exit: 0, stdout: "…", stdoutMatches: "regex", stderr: "" },
        args: ["--once"],
        stdin: "1 + 2\nexit\n",
        env: { LANG: "C" },
      },
      {
        kind: "exec",
        name: "admin task",
        within: 10_000,
        expect: {},
        argv: ["/app/app", "--version"],
      },
      {
        kind: "files",
        name: "assets",
        within: 10_000,
        expect: {},
        paths: ["/app/static", "/app/templates"],
      },
      { kind: "stop", name: "stops", within: 5_000, expect: {}, signal: "SIGTERM" },
      {
        kind: "tcp",
        name: "raw",
        within: 10_000,
        expect: {},
        port: 7000,
        send: "PING\r\n",
        until: "\n",
      },
    ],
    fuzz: [
      {
        kind: "terminal",
        name: "any line",
        after: "shown in example): ",
        lines: ["{int} {op} {int}", "{text}", "{int}{op}{int}"],
        end: "exit",
        words: { op: ["+", "-", "*", "/", "%"] },
        sessions: 20,
        linesPerSession: 25,
      },
      {
        kind: "http",
        name: "any path",
        port: 5000,
        paths: ["/", "/{word}", "/{text}?q={unicode}"],
        methods: ["GET", "POST", "HEAD"],
        words: {},
        requests: 200,
      },
    ],
    claims: {
      size: { text: "< 25%", bound: { kind: "percent", below: 25 } },
      transfer: { text: "< 25%", bound: { kind: "percent", below: 25 } },
      packages: { text: "fewer", bound: { kind: "less" } },
      absent: ["shell", "package-manager", "compiler", "sources"],
      user: "non-root",
    },
    accept: [
      { fact: "config.user", reason: "the small image runs as nonroot", candidate: null },
      { fact: "greets/http.header.server", reason: "…", candidate: "minimal" },
    ],
  };
}
