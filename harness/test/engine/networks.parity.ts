import { connect as openSocket } from "node:net";
import type Docker from "dockerode";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPty } from "../../src/drive/pty.ts";
import { connect } from "../../src/engine/connect.ts";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { removeNetwork } from "../../src/engine/networks.ts";
import type { Network } from "../../src/model/container.ts";
import { leftOf, output, spec, until } from "./workbench.ts";

const NOTHING = { containers: 0, images: 0, networks: 0 };

let engine: Engine;
let docker: Docker;
beforeAll(async () => {
  engine = await openEngine(false);
  ({ docker } = await connect());
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  expect(await leftOf(docker)).toEqual(NOTHING);
});

const alone = ({ name }: Network): { network: { network: string; alias: null } } => ({
  network: { network: name, alias: null },
});
const named = (
  { name }: Network,
  alias: string,
): { network: { network: string; alias: string } } => ({ network: { network: name, alias } });

test("containers reach each other by name in their own network, and nobody in another", async () => {
  await using one = await engine.containers.network();
  await using other = await engine.containers.network();
  await using first = await engine.containers.start(spec("sleep 60", named(one, "db")));
  await using second = await engine.containers.start(spec("sleep 60", named(other, "db")));
  const lookup = "getent hosts db | cut -d ' ' -f 1";
  const [from, fromOther] = await Promise.all(
    [one, other].map((network) => output(engine, spec(lookup, alone(network)))),
  );
  const address = async (id: string): Promise<string> =>
    Object.values((await docker.getContainer(id).inspect()).NetworkSettings.Networks)
      .map((it) => `${it.IPAddress}\n`)
      .join();
  expect(from).toBe(await address(first.id));
  expect(fromOther).toBe(await address(second.id));
  expect(from).not.toBe(fromOther);
  expect(await output(engine, spec("getent hosts db || echo none"))).toBe("none\n");
});

test("a container in such a network publishes its ports all the same", async () => {
  await using network = await engine.containers.network();
  const serves =
    "exec perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 7000, Listen => 5); while ($c = $s->accept) { print $c qq(hello\\n); close $c }'";
  await using container = await engine.containers.start(
    spec(serves, { ...alone(network), ports: [7000] }),
  );
  const { host, port } = container.address(7000);
  let heard = "";
  await until(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = openSocket({ host, port });
        socket.on("data", (data) => (heard += data.toString()));
        socket.on("error", () => {}).on("close", () => resolve(heard !== ""));
      }),
  );
  expect(heard).toBe("hello\n");
});

test("a terminal's container is in it too", async () => {
  await using network = await engine.containers.network();
  await using _ = await engine.containers.start(spec("sleep 60", named(network, "kv")));
  await using command = engine.containers.terminal(
    spec("getent hosts kv > /dev/null && echo reached", alone(network)),
  );
  let written = "";
  await new Promise<void>((resolve) => {
    openPty(
      command,
      { columns: 80, rows: 24 },
      (bytes) => (written += bytes.toString()),
      () => resolve(),
    );
  });
  expect(written.trim()).toBe("reached");
});

test("a network goes when it is let go; one with a container in it stays until that is gone", async () => {
  const network = await engine.containers.network();
  const container = await engine.containers.start(spec("sleep 60", alone(network)));
  await network[Symbol.asyncDispose]();
  expect(await leftOf(docker)).toMatchObject({ networks: 1 });
  await container[Symbol.asyncDispose]();
  await network[Symbol.asyncDispose]();
  expect(await leftOf(docker)).toMatchObject({ networks: 0 });
  await removeNetwork(docker, network.name); // once more is no error
});
