import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type Docker from "dockerode";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/engine/connect.ts";
import { openEngine } from "../../src/engine/engine.ts";
import { KEEP_LABEL, OWNER, OWNER_LABEL } from "../../src/engine/owner.ts";
import { gone } from "../../src/engine/refusal.ts";
import { BASE, build, folder, leftOf, options, source, spec } from "./workbench.ts";

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));
const NOTHING = { containers: 0, images: 0, networks: 0 };
const ONE_OF_EACH = { containers: 1, images: 1, networks: 1 };

let docker: Docker;
beforeAll(async () => {
  ({ docker } = await connect());
});

interface Worker {
  readonly owner: string;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  /** Lets it end by itself, and clean up. */
  finish(): Promise<void>;
}

/** Another process that owns a running container, an image and a network. */
async function worker(...args: readonly string[]): Promise<Worker> {
  const child = spawn(process.execPath, [WORKER, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    ended.then(([code]) => Promise.reject(new Error(`the worker ended with ${String(code)}`))),
  ])) as [string];
  const { owner, context } = JSON.parse(line) as { owner: string; context: string };
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(async () => {
    await kill();
    rmSync(context, { recursive: true, force: true });
    await removeAll(owner);
  });
  return {
    owner,
    kill,
    async finish() {
      child.stdin.end();
      await ended;
    },
  };
}

/** What a test kept on purpose. */
async function removeAll(owner: string): Promise<void> {
  const filters = JSON.stringify({ label: [`${OWNER_LABEL}=${owner}`] });
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await gone(docker.getContainer(Id).remove({ force: true, v: true }));
  for (const { Id } of await docker.listImages({ filters }))
    await gone(docker.getImage(Id).remove({ force: true }));
  for (const { Id } of await docker.listNetworks({ filters }))
    await gone(docker.getNetwork(Id).remove());
}

describe("what another process made", () => {
  test("goes at the next start when that was killed", async () => {
    const { owner, kill } = await worker();
    await kill();
    expect(await leftOf(docker, owner)).toEqual(ONE_OF_EACH);
    await using engine = await openEngine(false);
    expect(await leftOf(docker, owner)).toEqual(NOTHING);
    expect(engine.swept.containers).toBeGreaterThanOrEqual(1);
    expect(engine.swept.images).toBeGreaterThanOrEqual(1);
    expect(engine.swept.networks).toBeGreaterThanOrEqual(1);
  });

  test("stays as long as that lives, and goes with it", async () => {
    const { owner, finish } = await worker();
    {
      await using _ = await openEngine(false);
      expect(await leftOf(docker, owner)).toEqual(ONE_OF_EACH);
    }
    expect(await leftOf(docker, owner)).toEqual(ONE_OF_EACH);
    await finish();
    expect(await leftOf(docker, owner)).toEqual(NOTHING);
  });

  test("stays when it was to be kept, though its process was killed", async () => {
    const { owner, kill } = await worker("keep");
    await kill();
    await using _ = await openEngine(false);
    expect(await leftOf(docker, owner)).toEqual(ONE_OF_EACH);
  });

  test("two who start at once and sweep the same do not stumble over each other", async () => {
    const { owner, kill } = await worker();
    await kill();
    const engines = await Promise.all([openEngine(false), openEngine(false), openEngine(false)]);
    for (const engine of engines) await engine[Symbol.asyncDispose]();
    expect(await leftOf(docker, owner)).toEqual(NOTHING);
  });
});

describe("what this process made", () => {
  test("goes with the engine, also what nobody let go", async () => {
    const engine = await openEngine(false);
    const { ref } = await build(engine, `FROM ${BASE}\n`);
    await engine.containers.start(spec("sleep 600", { image: ref }));
    await engine.containers.start(spec("true"));
    expect(await leftOf(docker)).toMatchObject({ containers: 2, images: 1 });
    await engine[Symbol.asyncDispose]();
    expect(await leftOf(docker)).toEqual(NOTHING);
  });

  test("one image of two names goes with both", async () => {
    const engine = await openEngine(false);
    const images = [1, 2].map(() => build(engine, `FROM ${BASE}\nCMD ["twice"]\n`));
    const refs = (await Promise.all(images)).map(({ ref }) => ref);
    await engine[Symbol.asyncDispose]();
    for (const ref of refs)
      await expect(docker.getImage(ref).inspect()).rejects.toThrow(/no such image/i);
  });

  test("does not go with another engine of this process that is still used", async () => {
    const first = await openEngine(false);
    const second = await openEngine(false);
    const { ref } = await build(second, `FROM ${BASE}\n`);
    await using container = await second.containers.start(spec("sleep 600", { image: ref }));
    await first[Symbol.asyncDispose]();
    expect(container.ended()).toBeNull();
    expect(await leftOf(docker)).toMatchObject({ containers: 1, images: 1 });
    await container[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
    expect(await leftOf(docker)).toEqual(NOTHING);
  });

  test("stays when it is to be kept, but does not go on running", async () => {
    onTestFinished(() => removeAll(OWNER));
    const engine = await openEngine(true);
    const context = folder({ Dockerfile: `FROM ${BASE}\n` });
    const { ref } = await engine.image(source(context), options({ keep: true }));
    const container = await engine.containers.start(spec("echo kept; sleep 600", { image: ref }));
    await container[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    const { State, Config } = await docker.getContainer(container.id).inspect();
    expect(State.Running).toBe(false);
    expect(Config.Labels).toMatchObject({ [OWNER_LABEL]: OWNER, [KEEP_LABEL]: "true" });
    expect((await docker.getImage(ref).inspect()).Config.Labels).toMatchObject({
      [KEEP_LABEL]: "true",
    });
  });

  test("stays, stopped, also when nobody let it go", async () => {
    onTestFinished(() => removeAll(OWNER));
    const engine = await openEngine(true);
    const container = await engine.containers.start(spec("sleep 600"));
    await engine[Symbol.asyncDispose]();
    expect((await docker.getContainer(container.id).inspect()).State.Running).toBe(false);
  });
});
