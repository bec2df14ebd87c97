import { setTimeout as delay } from "node:timers/promises";
import pLimit from "p-limit";
import { expect, onTestFinished, test } from "vitest";
import { drive } from "../../src/drive/drive.ts";
import { openStandby, type Standby } from "../../src/drive/standby.ts";
import type { ServiceOptions, ServiceSet } from "../../src/drive/services.ts";
import type { Container, Containers } from "../../src/model/container.ts";
import type { Service } from "../../src/model/contract.ts";
import { ServiceError } from "../../src/model/error.ts";
import { contractOf, imageOf, localContainers, probeOf, type LocalContainers } from "./local.ts";

/** A service that is ready when it says `up`. */
function serviceOf(script: string, at = 0): Service {
  return {
    name: `db-${at}`,
    image: script,
    env: {},
    args: null,
    mounts: [],
    ready: { kind: "log", pattern: "up", within: 10_000 },
    found: null,
  };
}

interface Bench {
  readonly standby: Standby;
  readonly containers: LocalContainers;
  /** Takes a set and tells the name of its network. */
  take(options?: Partial<ServiceOptions>): Promise<ServiceSet & { readonly name: string }>;
}

/** Whatever a test does, nothing is left when its standby has been disposed of. */
function bench(
  scripts: readonly string[],
  change: (containers: LocalContainers) => Containers = (it) => it,
  signal = new AbortController().signal,
): Bench {
  const containers = localContainers();
  const standby = openStandby(scripts.map(serviceOf), change(containers), signal);
  onTestFinished(async () => {
    await standby[Symbol.asyncDispose]();
    expect(containers.alive()).toBe(0);
  });
  return {
    standby,
    containers,
    async take(options) {
      const set = await standby.take({
        signal: new AbortController().signal,
        onProbe: () => {},
        ...options,
      });
      return { ...set, name: set.network.network };
    },
  };
}

async function started({ specs }: LocalContainers, count: number): Promise<void> {
  await expect.poll(() => specs.length, { timeout: 10_000 }).toBe(count);
}

test("a set that waits is taken once; without one, another is started", async () => {
  const { standby, containers, take } = bench(["echo up; exec sleep 60"]);
  standby.prepare();
  standby.prepare();
  await started(containers, 1);
  const sets = await Promise.all([take(), take()]);
  expect(sets.map(({ name }) => name)).toEqual(["network-1", "network-2"]);
  standby.prepare();
  const third = await take();
  expect(third.name).toBe("network-3");
  expect(containers.specs).toHaveLength(3);
  for (const set of [...sets, third]) await set[Symbol.asyncDispose]();
});

test("one that still starts is waited for, and told of", async () => {
  const { standby, containers, take } = bench(["sleep 0.5; echo up; exec sleep 60"]);
  standby.prepare();
  await started(containers, 1);
  const told: string[] = [];
  await using set = await take({ onProbe: (name) => told.push(name) });
  expect([set.name, told]).toEqual(["network-1", ["service db-0"]]);
  expect(containers.specs).toHaveLength(1);
});

test.each([0, 3])("one that ended with exit code %i while it waited is replaced", async (code) => {
  const ends = `trap "exit ${code}" TERM; echo up; while :; do sleep 0.05; done`;
  const ran: Container[] = [];
  const { standby, containers, take } = bench([ends, "echo up; exec sleep 60"], (local) => ({
    ...local,
    async start(spec) {
      const container = await local.start(spec);
      ran.push(container);
      return container;
    },
  }));
  standby.prepare();
  await started(containers, 2); // the first of the two is ready then
  await ran[0]?.signal("SIGTERM");
  expect(await ran[0]?.end).toMatchObject({ code });
  const told: string[] = [];
  await using set = await take({ onProbe: (name) => told.push(name) });
  expect([set.name, told.slice(-2)]).toEqual(["network-2", ["service db-0", "service db-1"]]);
  expect(set.isUp()).toBe(true);
  await expect.poll(() => containers.alive()).toBe(3); // those of the first set are gone
});

test("one that has done its work before it was ready is none that ended", async () => {
  const { standby, containers, take } = bench(["echo up"]);
  standby.prepare();
  await started(containers, 1);
  await using set = await take();
  await delay(200);
  expect([set.name, set.isUp()]).toEqual(["network-1", true]);
});

test("one that cannot be started is told of by another, which cannot either", async () => {
  const { standby, containers, take } = bench(["echo disk full >&2; exit 3"]);
  standby.prepare();
  await started(containers, 1);
  const error: unknown = await take().catch((it: unknown) => it);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject({
    message: expect.stringMatching(/^service db-0 .* ended with exit code 3/) as string,
    log: ["disk full"],
  });
  expect(containers.specs).toHaveLength(2);
  standby.prepare(); // it may have more luck
  await started(containers, 3);
});

test("an engine that failed before need not fail again", async () => {
  let asked = 0;
  const { standby, containers, take } = bench(["echo up; exec sleep 60"], (local) => ({
    ...local,
    network: () =>
      (asked += 1) === 1 ? Promise.reject(new Error("no address pool")) : local.network(),
  }));
  standby.prepare();
  await delay(20);
  await using set = await take();
  expect([set.name, asked, containers.specs.length]).toEqual(["network-1", 2, 1]);
});

test("whoever gives up waiting leaves it to the next", async () => {
  const { standby, containers, take } = bench(["sleep 0.5; echo up; exec sleep 60"]);
  standby.prepare();
  await started(containers, 1);
  const saved = new AbortController();
  const first = take({ signal: saved.signal });
  saved.abort(new Error("saved"));
  await expect(first).rejects.toThrow("saved");
  standby.prepare();
  await using set = await take();
  expect(set.name).toBe("network-1");
  expect(containers.specs).toHaveLength(1);
});

test("letting go of a set waits for nothing, and disposal for its removal", async () => {
  const removing = Promise.withResolvers<void>();
  const { standby, containers, take } = bench(["echo up; exec sleep 60"], (local) => ({
    ...local,
    async start(spec) {
      const container = await local.start(spec);
      return {
        ...container,
        async [Symbol.asyncDispose]() {
          await removing.promise;
          await container[Symbol.asyncDispose]();
        },
      };
    },
  }));
  const set = await take();
  await set[Symbol.asyncDispose]();
  expect(containers.alive()).toBe(2);
  const disposed = standby[Symbol.asyncDispose]();
  removing.resolve();
  await disposed;
  expect(containers.alive()).toBe(0);
});

test("disposal ends what is being started", async () => {
  const { standby, containers, take } = bench(["sleep 60"]);
  standby.prepare();
  await started(containers, 1);
  await standby[Symbol.asyncDispose]();
  expect(containers.alive()).toBe(0);
  standby.prepare();
  await expect(take()).rejects.toThrow("disposed of");
  expect(containers.specs).toHaveLength(1);
});

test("an interrupt ends what is being started, and nothing more is", async () => {
  const interrupt = new AbortController();
  const { standby, containers, take } = bench(["sleep 60"], (it) => it, interrupt.signal);
  standby.prepare();
  await started(containers, 1);
  interrupt.abort(new Error("interrupted"));
  await expect.poll(() => containers.alive()).toBe(0);
  standby.prepare();
  await expect(take()).rejects.toThrow("interrupted");
  expect(containers.specs).toHaveLength(1);
});

test("a drive takes place beside the set that waited", async () => {
  const { standby, containers } = bench(["echo up; exec sleep 60"]);
  standby.prepare();
  const contract = {
    ...contractOf([probeOf("command", { name: "asks" })]),
    services: [serviceOf("unused")],
  };
  const began: string[] = [];
  const { facts, broken } = await drive(imageOf("echo asked"), contract, containers, {
    only: null,
    limit: pLimit(1),
    signal: new AbortController().signal,
    onProbe: (name) => began.push(name),
    services: standby.take,
  });
  expect(broken).toBeUndefined();
  expect(facts.find((it) => it.fact === "stdout")?.value).toBe("asked\n");
  expect(began.at(-1)).toBe("asks");
  const network = { network: "network-1" };
  expect(containers.specs).toMatchObject([{ network }, { image: "echo asked", network }]);
});
