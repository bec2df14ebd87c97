import pLimit from "p-limit";
import { expect, test } from "vitest";
import { drive } from "../../src/drive/drive.ts";
import type { ContainerSpec } from "../../src/model/container.ts";
import type { Contract, Probe, Service } from "../../src/model/contract.ts";
import type { Observation } from "../../src/model/fact.ts";
import { contractOf, imageOf, localContainers, probeOf } from "./local.ts";

/** A service is a shell script here, as an image is. */
function serviceOf(script: string, own: Partial<Service> = {}): Service {
  return {
    name: "db",
    image: "postgres:17",
    env: {},
    args: null,
    mounts: [],
    ready: null,
    found: { id: script, ports: [5432], standIns: [] },
    ...own,
  };
}

/** Says that it is ready and listens after so many milliseconds. */
const listens = (after: number, then = ""): string => `exec node -e '
  console.log("ready to accept connections");
  setTimeout(() => require("net").createServer().listen(process.env.PORT_5432, "127.0.0.1"), ${after});
  ${then}
'`;

const server = `exec node -e '
  require("http").createServer((_, answer) => answer.end("hello")).listen(process.env.PORT_5000, "127.0.0.1");
  process.on("SIGTERM", () => process.exit(0));
'`;

interface Driven extends Observation {
  readonly specs: readonly ContainerSpec[];
  readonly began: readonly string[];
  /** How much there was besides, as each container was started. */
  readonly beside: readonly number[];
}

async function run(
  script: string,
  contract: Contract,
  signal = new AbortController().signal,
): Promise<Driven> {
  const containers = localContainers();
  const began: string[] = [];
  const beside: number[] = [];
  const observed = await drive(
    imageOf(script),
    contract,
    {
      ...containers,
      start(spec) {
        beside.push(containers.alive());
        return containers.start(spec);
      },
      terminal(spec) {
        beside.push(containers.alive());
        return containers.terminal(spec);
      },
    },
    { only: null, limit: pLimit(4), signal, onProbe: (name) => began.push(name) },
  ).finally(() => expect(containers.alive()).toBe(0));
  return { ...observed, specs: containers.specs, began, beside };
}

function contractWith(services: readonly Service[], probes: readonly Probe[] = []): Contract {
  return { ...contractOf(probes), services };
}

const asks = probeOf("command", { name: "asks" });

test("containers run one after another as their first probes stand, in the network of the services", async () => {
  const probes = [
    probeOf("stop", { name: "stops" }),
    probeOf("command", { name: "migrates", args: ["first"] }),
    probeOf("http", { name: "greets" }),
    probeOf("command", { name: "reports", args: ["second"] }),
    probeOf("http", { name: "greets again" }),
    probeOf("terminal", { name: "talks", steps: [] }),
  ];
  const script = `if [ $# -gt 0 ]; then echo "$1"; exit; fi; ${server}`;
  const db = serviceOf(listens(0), { env: { A: "b" }, args: ["c"] });
  const driven = await run(script, contractWith([db], probes));
  const { specs, began, beside, facts } = driven;
  expect(began).toEqual([
    "service db",
    "migrates",
    "greets",
    "greets again",
    "stops",
    "reports",
    "talks",
  ]);
  expect(specs[0]).toMatchObject({
    network: { network: "network-1", alias: "db" },
    env: { A: "b" },
    args: ["c"],
    ports: [5432],
    user: null,
  });
  expect(specs.slice(1).map(({ network }) => network)).toEqual(
    Array.from({ length: 4 }, () => ({ network: "network-1", alias: null })),
  );
  // The network alone beside the service, both of them beside each container of the image.
  expect(beside).toEqual([1, 2, 2, 2, 2]);
  expect(facts.find((it) => it.probe === "migrates" && it.fact === "stdout")?.value).toBe(
    "first\n",
  );
  expect(facts.some((it) => it.value.includes("ready to accept"))).toBe(false);
  expect(driven.broken).toBeUndefined();
});

test("a log that says it is ready is not believed while no exposed port takes connections", async () => {
  const db = serviceOf(listens(600), {
    ready: { kind: "log", pattern: "ready to accept", within: 10_000 },
  });
  const began = performance.now();
  const { facts } = await run("echo asked", contractWith([db], [asks]));
  expect(performance.now() - began).toBeGreaterThan(600);
  expect(facts.find((it) => it.fact === "stdout")?.value).toBe("asked\n");
});

test.each([
  [
    "whose line does not come",
    serviceOf("echo starting; exec sleep 60", {
      ready: { kind: "log", pattern: "accept", within: 300 },
    }),
    "was not ready within 300 ms",
    ["starting"],
  ],
  [
    "that says it is ready, but is not",
    serviceOf("echo out; echo accept >&2; exec sleep 60", {
      ready: { kind: "log", pattern: "accept", within: 300 },
    }),
    "was not ready within 300 ms: its log shows what is waited for, but it takes no connection on port 5432",
    ["out", "accept"],
  ],
  [
    "whose port stays closed",
    serviceOf("exec sleep 60", { ready: { kind: "port", port: 5432, within: 300 } }),
    "was not ready within 300 ms",
    ["it printed nothing"],
  ],
  [
    "that ends at once",
    serviceOf("echo cannot >&2; exit 3"),
    "ended with exit code 3 before it was ready",
    ["cannot"],
  ],
  [
    "that ends, with nothing to wait for",
    serviceOf("echo cannot >&2; exit 3", { found: null, image: "echo cannot >&2; exit 3" }),
    "ended with exit code 3 before it was ready",
    ["cannot"],
  ],
])("a service %s breaks the observation, and the image is not run", async (_, db, why, log) => {
  const { specs, facts, unmet, broken } = await run("echo asked", contractWith([db], [asks]));
  expect(broken).toEqual({ message: `service db (${db.image}) ${why}`, detail: log });
  expect([facts, unmet]).toEqual([[], []]);
  expect(specs).toHaveLength(1);
});

test("a service that fails while the image is driven breaks the observation", async () => {
  const dies = listens(
    0,
    `setTimeout(() => { console.error("disk full"); process.exit(5); }, 4000);`,
  );
  const { specs, broken } = await run("sleep 5", contractWith([serviceOf(dies)], [asks]));
  expect(specs).toHaveLength(2);
  expect(broken).toEqual({
    message: "service db (postgres:17) ended with exit code 5 while the image was driven",
    detail: ["ready to accept connections", "disk full"],
  });
});

test("a service that has done its work and ended is none that failed", async () => {
  const migrates = serviceOf("echo done", {
    ready: { kind: "log", pattern: "done", within: 5_000 },
  });
  const { facts, broken } = await run("echo asked", contractWith([migrates], [asks]));
  expect(broken).toBeUndefined();
  expect(facts.find((it) => it.fact === "stdout")?.value).toBe("asked\n");
});

test("services start in their order, each once those before it are ready; a failure removes them all", async () => {
  const first = serviceOf(listens(300), { name: "first" });
  const second = serviceOf("exit 4", { name: "second" });
  const third = serviceOf(listens(0), { name: "third" });
  const { began, specs, beside, broken } = await run(
    "echo asked",
    contractWith([first, second, third], [asks]),
  );
  expect(began).toEqual(["service first", "service second"]);
  expect(specs.map(({ image }) => image)).toEqual([first.found?.id, "exit 4"]);
  expect(beside).toEqual([1, 2]);
  expect(broken?.message).toMatch(/^service second .* ended with exit code 4/);
});

test("each drive has services of its own", async () => {
  const containers = localContainers();
  const contract = contractWith([serviceOf(listens(0))], [asks]);
  const options = {
    only: null,
    limit: pLimit(4),
    signal: new AbortController().signal,
    onProbe: () => {},
  };
  await Promise.all([1, 2].map(() => drive(imageOf("true"), contract, containers, options)));
  const networks = containers.specs.map(({ image, network }) => [
    image === "true",
    typeof network === "object" ? network.network : network,
  ]);
  expect(networks.toSorted()).toEqual([
    [false, "network-1"],
    [false, "network-2"],
    [true, "network-1"],
    [true, "network-2"],
  ]);
});

test("an interrupt ends it while a service is waited for, and leaves nothing", async () => {
  const controller = new AbortController();
  const db = serviceOf("exec sleep 60", {
    ready: { kind: "log", pattern: "never", within: 30_000 },
  });
  const reason = new Error("interrupted");
  setTimeout(() => controller.abort(reason), 200);
  await expect(run("true", contractWith([db], [asks]), controller.signal)).rejects.toBe(reason);
});
