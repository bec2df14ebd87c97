/** Every kind of probe against one small image in a real engine. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import pLimit from "p-limit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drive } from "../../src/drive/drive.ts";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import type { Probe, RunOptions } from "../../src/model/contract.ts";
import { factPath, type Observation } from "../../src/model/fact.ts";
import type { Image } from "../../src/model/image.ts";
import { contractOf, probeOf } from "./local.ts";

const CONTEXT = join(import.meta.dirname, "fixtures", "both");

let engine: Engine;
let image: Image;
beforeAll(async () => {
  engine = await openEngine(false);
  image = await engine.image(
    {
      kind: "build",
      dockerfile: "Dockerfile",
      context: CONTEXT,
      target: null,
      args: {},
      platform: null,
    },
    { cache: true, keep: false, signal: new AbortController().signal, onEvent: () => {} },
  );
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
});

async function run(
  probes: readonly Probe[],
  options: Partial<RunOptions> = {},
): Promise<Observation & { values: Record<string, string> }> {
  const observed = await drive(image, contractOf(probes, options), engine.containers, {
    only: null,
    limit: pLimit(2),
    signal: new AbortController().signal,
    onProbe: () => {},
  });
  const values = Object.fromEntries(observed.facts.map((it) => [factPath(it), it.value]));
  return { ...observed, values };
}

const session = probeOf("terminal", {
  name: "adds",
  steps: [
    { kind: "expect", text: "sum: " },
    { kind: "type", text: "1 2" },
    { kind: "expect", text: "Result: 3" },
    { kind: "press", key: "ctrl-d" },
    { kind: "exit", code: 3 },
  ],
});

const everything: readonly Probe[] = [
  probeOf("http", { name: "greets", parallel: 20 }),
  probeOf("tcp", { name: "echoes", port: 7000, send: "ping\n", until: "ping\n" }),
  probeOf("exec", { name: "asks", argv: ["sh", "-c", "pwd; echo no >&2; exit 4"] }),
  probeOf("exec", { name: "asks for nothing", argv: ["/no/such"] }),
  probeOf("files", { name: "files", paths: ["/app", "/none"] }),
  probeOf("stop", { name: "stops" }),
  probeOf("stop", { name: "killed", signal: "SIGKILL" }),
  probeOf("stop", { name: "ignores", signal: "SIGWINCH", within: 300 }),
  session,
  probeOf("command", { name: "piped", args: ["/app/adder"], stdin: "1 2\n3 4\n" }),
  probeOf("command", { name: "missing", args: ["/app/none"] }),
];

test("every probe, twice, with the same facts", async () => {
  const first = await run(everything);
  const hash = (name: string): string =>
    createHash("sha256")
      .update(readFileSync(join(CONTEXT, name)))
      .digest("hex");
  expect(first.unmet).toEqual([]);
  expect(first.values).toMatchObject({
    "container/start": "true",
    "container/oom": "false",
    "container/survives": "true",
    "container/log.stderr": "listening\n",
    "container/log.stdout": `${"GET / HTTP/1.1\n".repeat(20)}bye\n`,
    "greets/http.status": "200",
    "greets/http.reason": "Fine",
    "greets/http.header.x-user": "0",
    "greets/http.body": "hello",
    "greets/http.closed": "false",
    "echoes/tcp.reply": "220 ready\r\necho ping\n",
    "asks/exit.code": "4",
    "asks/stdout": "/app\n",
    "asks/stderr": "no\n",
    "files/files./app/other": "link\nowner 0:0\ntarget adder",
    "files/files./none": "absent",
    "stops/stop.code": "7",
    "stops/stop.intime": "true",
    "killed/stop.code": "137",
    "ignores/stop.code": "none (still running)",
    "adds/start": "true",
    "adds/exit.code": "3",
    "adds/terminal.transcript": "sum: 1 2\r\nResult: 3\r\nsum: bye\r\n",
    "adds/terminal.screen": "sum: 1 2\nResult: 3\nsum: bye",
    "piped/exit.code": "3",
    "piped/stdout": "sum: Result: 3\nsum: Result: 7\nsum: ",
    "piped/stderr": "bye\n",
    "missing/start": "false",
    "missing/exit.code": "127",
  });
  expect(first.values["asks for nothing/exit.code"]).toMatch(/^12[67]$/);
  expect(first.values["files/files./app/adder"]).toBe(
    `file\nmode 0755\nowner 7:8\nsize ${readFileSync(join(CONTEXT, "adder")).length}\nsha256 ${hash("adder")}`,
  );
  expect(first.values["files/files./app/server.py"]).toMatch(/^file\nmode 0644\nowner 0:0\n/);
  expect(first.notes.join("\n")).toMatch(/^missing: could not be started: .*\/app\/none/m);

  const second = await run(everything);
  const { addresses = [] } = first;
  expect({ ...second, addresses }).toEqual(first);
  expect(addresses.length).toBeGreaterThan(0); // of the served containers, whichever the engine gave them
  for (const it of addresses) expect(isIP(it)).not.toBe(0);
});

test("a container that dies under a request", async () => {
  const crash = probeOf("http", { name: "crashes", path: "/crash" });
  const { values } = await run([crash, probeOf("http", { name: "greets" })]);
  expect(values).toMatchObject({
    "crashes/http.error": "container ended",
    "greets/http.error": "container ended",
    "container/exit.code": "9",
    "container/survives": "false",
    "container/oom": "false",
  });
});

test("options of the contract's run are kept", async () => {
  const probes = [
    probeOf("http", { name: "greets" }),
    probeOf("exec", {
      name: "asks",
      argv: ["sh", "-c", "echo $A; id -u; touch /x || touch /tmp/x && echo written"],
    }),
  ];
  const options = { env: { A: "b" }, user: "1000:1000", readOnly: true, tmpfs: ["/tmp"] };
  const { values } = await run(probes, options);
  expect(values).toMatchObject({
    "greets/http.header.x-user": "1000",
    "asks/stdout": "b\n1000\nwritten\n",
  });
});

test("a container that cannot start, and one that never is ready", async () => {
  const none = await run([probeOf("http", { name: "greets" })], { args: ["/no/such"] });
  expect(none.values).toMatchObject({ "container/start": "false", "container/exit.code": "127" });
  expect(none.unmet[0]?.message).toMatch(/^the container could not be started: .*\/no\/such/);
  const idle = await run([probeOf("http", { name: "greets" })], {
    args: ["sleep", "60"],
    ready: { kind: "port", port: 5000, within: 500 },
  });
  expect(idle.values).toMatchObject({ "container/start": "false", "container/survives": "true" });
  expect(idle.unmet[0]?.message).toBe("the container was not ready within 500 ms");
});

test("a terminal session that is cut off, and one that is left, leave nothing behind", async () => {
  const { values, notes } = await run([
    probeOf("terminal", {
      name: "loops",
      steps: [
        { kind: "expect", text: "sum: " },
        { kind: "type", text: "loop" },
        { kind: "exit", code: null },
      ],
    }),
    probeOf("terminal", {
      name: "left",
      steps: [
        { kind: "type", text: "5 6" },
        { kind: "expect", text: "Result: 11" },
      ],
    }),
  ]);
  expect(values["loops/exit.code"]).toBe("none (output cut off)");
  expect(values["loops/terminal.transcript"]).toHaveLength(
    1_000_000 + "\n[cut off at 1000000 bytes]".length,
  );
  expect(notes).toEqual(["loops: output cut off at 1 MB"]);
  expect(values["left/exit.code"]).toBe("none (still running)");
  expect(values["left/terminal.transcript"]).toBe("sum: 5 6\r\nResult: 11\r\nsum: ");
});
