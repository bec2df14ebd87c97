import pLimit from "p-limit";
import { expect, test } from "vitest";
import { drive, type DriveOptions } from "../../src/drive/drive.ts";
import type { Containers } from "../../src/model/container.ts";
import type { Contract, Probe, RunOptions } from "../../src/model/contract.ts";
import { factPath, type Observation } from "../../src/model/fact.ts";
import { contractOf, imageOf, localContainers, probeOf, type LocalContainers } from "./local.ts";

/** A server of the kind that is driven here: answers, logs, can be crashed, and ends with 7 on SIGTERM. */
const server = `exec node -e '
  const server = require("http").createServer((request, answer) => {
    console.log(request.method, request.url);
    if (request.url === "/crash") process.exit(1);
    answer.end("hello " + process.env.WHO);
  }).listen(process.env.PORT_5000, "127.0.0.1", () => console.error("up"));
  process.on("SIGTERM", () => { console.log("bye"); process.exit(7); });
  process.on("SIGUSR1", () => {});
  server.keepAliveTimeout = 0;
'`;

async function run(
  script: string,
  contract: Contract,
  options: Partial<DriveOptions> & { containers?: Containers } = {},
): Promise<
  Observation & { values: Record<string, string>; containers: LocalContainers; began: string[] }
> {
  const containers = localContainers();
  const began: string[] = [];
  const observed = await drive(imageOf(script), contract, options.containers ?? containers, {
    only: null,
    limit: pLimit(4),
    signal: new AbortController().signal,
    onProbe: (name) => began.push(name),
    ...options,
  });
  expect(containers.alive()).toBe(0);
  const values = Object.fromEntries(observed.facts.map((it) => [factPath(it), it.value]));
  return { ...observed, values, containers, began };
}

const greets = probeOf("http", { name: "greets", expect: { status: 200, body: "hello you" } });
const stops = probeOf("stop", { name: "stops", expect: { exit: 7 } });
const runAs: Partial<RunOptions> = { env: { WHO: "you" } };

test("a served container: its probes in order, the stop last, and its own facts", async () => {
  const probes = [
    stops,
    greets,
    probeOf("exec", { name: "asks", argv: ["sh", "-c", "echo $WHO; exit 2"] }),
  ];
  const { values, unmet, notes, began, containers, facts } = await run(
    server,
    contractOf(probes, runAs),
  );
  expect(unmet).toEqual([]);
  expect(notes).toEqual([]);
  expect(began).toEqual(["greets", "asks", "stops"]);
  expect(values).toMatchObject({
    "container/start": "true",
    "container/oom": "false",
    "container/survives": "true",
    "container/log.stdout": "GET /\nbye\n",
    "container/log.stderr": "up\n",
    "greets/http.status": "200",
    "greets/http.body": "hello you",
    "asks/exit.code": "2",
    "asks/stdout": "you\n",
    "asks/stderr": "",
    "stops/stop.code": "7",
    "stops/stop.intime": "true",
  });
  expect(values["container/exit.code"]).toBeUndefined();
  expect([...new Set(facts.map((it) => it.probe))]).toEqual([
    "container",
    "stops",
    "greets",
    "asks",
  ]);
  expect(containers.specs).toHaveLength(1);
  expect(containers.specs[0]).toMatchObject({ ports: [5000], env: { WHO: "you" }, stdin: false });
});

test("a container that dies under a probe is told so, and its later probes are, too", async () => {
  const probes = [
    probeOf("http", { name: "crashes", path: "/crash" }),
    greets,
    probeOf("exec", { name: "asks" }),
    stops,
  ];
  const { values, unmet } = await run(server, contractOf(probes, runAs));
  expect(values).toMatchObject({
    "crashes/http.error": "container ended",
    "greets/http.error": "container ended",
    "asks/exit.code": "none (container ended)",
    "stops/stop.code": "none (container ended)",
    "container/start": "true",
    "container/exit.code": "1",
    "container/survives": "false",
    "container/log.stdout": "GET /crash\n",
  });
  expect(unmet.map((it) => `${it.probe}: ${it.message}`)).toEqual([
    "greets: status is not there (container ended), expected 200",
    'greets: body is not there (container ended), expected "hello you"',
    'stops: exit is "none (container ended)", expected 7',
  ]);
});

test("a container that never is ready leaves its probes undriven, and says why", async () => {
  const { values, unmet, notes, facts } = await run(
    "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; echo 'no such file' >&2; exit 127",
    contractOf([greets, stops]),
  );
  expect(values).toMatchObject({
    "container/start": "false",
    "container/exit.code": "127",
    "container/survives": "false",
    "container/log.stderr": "no such file\n",
  });
  expect(facts.every((it) => it.probe === "container")).toBe(true);
  expect(unmet).toEqual([
    {
      probe: "container",
      expectation: "ready",
      message: "the container ended with exit code 127 before it was ready",
    },
    ...["greets", "stops"].map((probe) => ({
      probe,
      expectation: "start",
      message: "not run: the container ended with exit code 127 before it was ready",
    })),
  ]);
  expect(notes).toEqual([
    "container: it ended with exit code 127 before it was ready",
    "container: the end of its log:",
    ...[4, 5, 6, 7, 8, 9, 10, 11, 12].map((line) => `| line ${line}`),
    "| no such file",
  ]);
});

test("a stop that is too slow ends in a kill", async () => {
  const slow = probeOf("stop", { name: "stops", signal: "SIGUSR1", within: 300 });
  const { values, notes } = await run(server, contractOf([greets, slow], runAs));
  expect(values).toMatchObject({
    "stops/stop.code": "none (still running)",
    "stops/stop.intime": "false",
    "container/survives": "true",
  });
  expect(notes).toEqual(["stops: killed, it had not ended within 300 ms of the signal"]);
});

test("each further stop probe has a container of its own, ready like the first", async () => {
  const kill = probeOf("stop", { name: "killed", signal: "SIGKILL" });
  const { values, facts, containers } = await run(server, contractOf([stops, kill, greets], runAs));
  expect(values).toMatchObject({ "stops/stop.code": "7", "killed/stop.code": "137" });
  expect(facts.filter((it) => it.fact === "start")).toHaveLength(1);
  expect(values["container/log.stdout"]).toBe("GET /\nbye\n");
  expect(containers.specs.map((it) => it.ports)).toEqual([[5000], [5000]]);
});

test("terminal and command probes have containers of their own; without others nothing is served", async () => {
  const probes: Probe[] = [
    probeOf("command", { name: "slow", args: ["x"], env: { A: "2" }, stdin: "in" }),
    probeOf("terminal", { name: "talks", steps: [{ kind: "exit", code: null }] }),
    probeOf("command", { name: "quick" }),
  ];
  const script = `[ "$1" ] && sleep 0.3; echo "$#" "$A"; cat`;
  const { facts, values, containers } = await run(script, contractOf(probes, { env: { A: "1" } }), {
    only: ["slow", "quick"],
  });
  expect(values).toMatchObject({ "slow/stdout": "1 2\nin", "slow/exit.code": "0" });
  expect(facts.map((it) => it.probe)).not.toContain("container");
  expect([...new Set(facts.map((it) => it.probe))]).toEqual(["slow", "quick"]);
  expect(containers.specs.map((it) => it.stdin).toSorted()).toEqual([false, true]);
});

test("a contract without probes runs the container all the same", async () => {
  const { values } = await run("echo hi; exit 4", contractOf([]));
  expect(values).toEqual({
    "container/start": "true",
    "container/oom": "false",
    "container/exit.code": "4",
    "container/survives": "false",
    "container/log.stdout": "hi\n",
    "container/log.stderr": "",
  });
});

test("without a network no port is published, and nothing waited for", async () => {
  const { values, containers } = await run(server, contractOf([greets], { network: "none" }));
  expect(values["greets/http.error"]).toBe("not published");
  expect(containers.specs[0]?.ports).toEqual([]);
});

test("no more containers run at once than the gate lets in", async () => {
  let most = 0;
  const local = localContainers();
  const counting: Containers = {
    ...local,
    async start(spec) {
      const container = await local.start(spec);
      most = Math.max(most, local.alive());
      return container;
    },
  };
  const probes = [1, 2, 3, 4, 5].map((n) => probeOf("command", { name: `c${n}`, stdin: "" }));
  await run("sleep 0.05", contractOf(probes), { limit: pLimit(2), containers: counting });
  expect(most).toBe(2);
});

test("a failure of the engine is thrown, and ends the other probes", async () => {
  const local = localContainers();
  let number = 0;
  const failing: Containers = {
    ...local,
    start: (spec) =>
      number++ === 0 ? local.start(spec) : Promise.reject(new Error("engine gone")),
  };
  const probes = [1, 2].map((n) => probeOf("command", { name: `c${n}`, within: 60_000 }));
  await expect(run("sleep 60", contractOf(probes), { containers: failing })).rejects.toThrow(
    "engine gone",
  );
  expect(local.alive()).toBe(0);
});

test("an abort ends everything at once and leaves nothing", async () => {
  const local = localContainers();
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error("ctrl-c")), 150);
  const probes: Probe[] = [
    probeOf("command", { name: "c", within: 60_000 }),
    probeOf("terminal", { name: "t", within: 60_000, steps: [{ kind: "expect", text: "x" }] }),
    greets,
    probeOf("command", { name: "waits for the gate", within: 60_000 }),
  ];
  const driving = run("sleep 60", contractOf(probes), {
    containers: local,
    signal: abort.signal,
    limit: pLimit(3),
  });
  const began = performance.now();
  await expect(driving).rejects.toThrow("ctrl-c");
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(local.alive()).toBe(0);
  expect(local.specs).toHaveLength(3);
});
