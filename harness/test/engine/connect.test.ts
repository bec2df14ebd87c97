import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  chooseHost,
  connect,
  findEngine,
  portHost,
  sandboxHost,
} from "../../src/engine/connect.ts";
import { EngineError } from "../../src/model/error.ts";
import { cacheFolder } from "../../src/model/cache-folder.js";

const SYSTEM_SOCKET = "/var/run/docker.sock";

/** Sockets that were looked for, in order. This machine's own engine, if it has one, plays no part. */
const asked = vi.hoisted(() => [] as string[]);
vi.mock("node:fs", async (original) => {
  const actual = await original<typeof import("node:fs")>();
  return {
    ...actual,
    existsSync(path: string) {
      asked.push(path);
      return path !== "/var/run/docker.sock" && actual.existsSync(path);
    },
  };
});

let home: string;
let servers: Server[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slimproof-connect-"));
  servers = [];
  asked.length = 0;
  for (const name of [
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CONFIG",
    "SLIMPROOF_CACHE",
    "XDG_CACHE_HOME",
    "TESTCONTAINERS_RYUK_DISABLED",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
  ])
    vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", home);
  vi.stubEnv("XDG_RUNTIME_DIR", join(home, "run"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(home, { recursive: true, force: true });
});

/** An engine that answers what is asked before anything else. */
async function engineAt(
  place: string | number,
  version: string,
  labels: readonly string[] | null = null,
): Promise<string> {
  return await serve(place, (url) => {
    if (url.endsWith("/version"))
      return [200, JSON.stringify({ Version: version, Os: "linux", Arch: "s390x" })];
    if (url.endsWith("/info")) return [200, JSON.stringify({ Labels: labels })];
    if (url.endsWith("/_ping")) return [200, "OK"];
    return [404, "{}"];
  });
}

/** A server; `null` as an answer is none, ever. Returns its DOCKER_HOST. */
async function serve(
  place: string | number,
  answer: (url: string) => readonly [number, string] | null,
): Promise<string> {
  const server = createServer((request, response) => {
    const answered = answer(request.url ?? "");
    if (answered) response.writeHead(answered[0]).end(answered[1]);
  });
  servers.push(server);
  if (typeof place === "string") mkdirSync(dirname(place), { recursive: true });
  await new Promise<void>((resolve) => {
    if (typeof place === "string") server.listen(place, resolve);
    else server.listen(place, "127.0.0.1", resolve);
  });
  return typeof place === "string"
    ? `unix://${place}`
    : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Writes a docker context as `docker context create` does. */
function context(name: string, host: string, folder = join(home, ".docker")): void {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = join(folder, "contexts", "meta", id);
  mkdirSync(meta, { recursive: true });
  writeFileSync(
    join(meta, "meta.json"),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
}

function currentContext(name: string, folder = join(home, ".docker")): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: name, auths: {} }));
}

const places = {
  context: () => join(home, "context.sock"),
  rootless: () => join(home, "run", "docker.sock"),
  desktop: () => join(home, ".docker", "run", "docker.sock"),
  sandbox: () => join(home, ".cache", "slimproof", "engine", "docker.sock"),
};

describe("the first engine that answers is found", () => {
  test("in this order: the context, the system's, the user's, Docker Desktop's, the private one", async () => {
    context("work", `unix://${places.context()}`);
    currentContext("work");
    for (const [name, place] of Object.entries(places)) {
      mkdirSync(dirname(place()), { recursive: true });
      await engineAt(place(), name);
    }
    const found: (string | undefined)[] = [];
    for (let at = 0; at < 4; at++) {
      found.push((await findEngine())?.version);
      // The one that was found goes away, and the next one is asked.
      const server = servers.shift();
      await new Promise((resolve) => {
        server?.close(resolve);
        server?.closeAllConnections();
      });
    }
    expect(found).toEqual(["context", "rootless", "desktop", "sandbox"]);
    expect(await findEngine()).toBeNull();
    expect([...new Set(asked)]).toEqual([
      places.context(),
      SYSTEM_SOCKET,
      places.rootless(),
      places.desktop(),
      places.sandbox(),
    ]);
  });

  test("and told with its host; only the private one has a suite", async () => {
    const host = await engineAt(places.rootless(), "28.5.1", ["rack=7"]);
    expect(await findEngine()).toEqual({
      host,
      version: "28.5.1",
      platform: "linux/s390x",
      sandbox: null,
    });
  });

  test("the private one says which it is", async () => {
    const host = await engineAt(places.sandbox(), "26.1.5", [
      "a=b",
      "org.slimproof.sandbox=trixie",
    ]);
    expect(host).toBe(sandboxHost());
    expect(await findEngine()).toEqual({
      host,
      version: "26.1.5",
      platform: "linux/s390x",
      sandbox: "trixie",
    });
  });

  test("a socket file that nobody listens at is passed over", async () => {
    mkdirSync(dirname(places.rootless()), { recursive: true });
    writeFileSync(places.rootless(), "");
    await engineAt(places.desktop(), "desktop");
    expect((await findEngine())?.version).toBe("desktop");
  });

  test("a socket behind which no engine is, too", async () => {
    await serve(places.rootless(), () => [500, "no"]);
    await serve(places.desktop(), () => [200, "<html>hello</html>"]);
    await engineAt(places.sandbox(), "sandbox");
    expect((await findEngine())?.version).toBe("sandbox");
  });

  test("one that accepts and never answers, after five seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    let heard = 0;
    await serve(places.rootless(), () => {
      heard += 1;
      return null;
    });
    await engineAt(places.desktop(), "desktop");
    const found = findEngine();
    await vi.waitFor(() => expect(heard).toBe(2), { interval: 1 });
    await vi.advanceTimersByTimeAsync(5000);
    expect((await found)?.version).toBe("desktop");
  });

  test("none at all is null, and an error with the ways out for who needs one", async () => {
    expect(await findEngine()).toBeNull();
    await expect(connect()).rejects.toThrow(EngineError);
    await expect(connect()).rejects.toThrow(/no Docker engine answers.*start Docker.*make engine/);
  });
});

describe("a look asks for no more than a ping", () => {
  test("of the first that is an engine", async () => {
    await serve(places.rootless(), () => [200, "<html>hello</html>"]);
    const host = await engineAt(places.desktop(), "desktop");
    expect(await chooseHost()).toBe(host);
  });

  test("behind a socket; another address is asked as ever", async () => {
    const host = await engineAt(0, "28.5.1");
    vi.stubEnv("DOCKER_HOST", host);
    expect(await chooseHost()).toBe(host);
  });

  test("none is the same error", async () => {
    await expect(chooseHost()).rejects.toThrow(/no Docker engine answers.*make engine/);
    const host = `unix://${join(home, "none.sock")}`;
    vi.stubEnv("DOCKER_HOST", host);
    await expect(chooseHost()).rejects.toThrow(`DOCKER_HOST=${host} does not answer`);
  });
});

describe("DOCKER_HOST", () => {
  test("wins over everything", async () => {
    const host = await engineAt(join(home, "named.sock"), "named");
    await engineAt(places.rootless(), "rootless");
    context("work", `unix://${places.rootless()}`);
    currentContext("work");
    vi.stubEnv("DOCKER_HOST", host);
    expect(await findEngine()).toMatchObject({ version: "named", host });
  });

  test("may name an address", async () => {
    const host = await engineAt(0, "far");
    vi.stubEnv("DOCKER_HOST", host);
    expect(await findEngine()).toMatchObject({ version: "far", host });
    expect(process.env["DOCKER_HOST"]).toBe(host);
  });

  test.each([
    "unix:///nowhere/docker.sock",
    "unix://",
    "tcp://127.0.0.1:1",
    "tcp://not a host",
    "nonsense://",
  ])("that does not answer (%s) is an error: no other engine is taken instead", async (host) => {
    await engineAt(places.rootless(), "rootless");
    vi.stubEnv("DOCKER_HOST", host);
    await expect(findEngine()).rejects.toThrow(EngineError);
    await expect(findEngine()).rejects.toThrow(`DOCKER_HOST=${host} does not answer`);
    expect(process.env["DOCKER_HOST"]).toBe(host);
  });

  test("that names some other server is an error as well", async () => {
    const host = await serve(0, () => [200, "<html>hello</html>"]);
    vi.stubEnv("DOCKER_HOST", host);
    await expect(findEngine()).rejects.toThrow(EngineError);
  });

  test("that names the private engine, which does not run, is no error to a finder", async () => {
    vi.stubEnv("DOCKER_HOST", sandboxHost());
    expect(await findEngine()).toBeNull();
    await expect(connect()).rejects.toThrow(EngineError);
  });

  test("is set once an engine was chosen, for those who look for one themselves", async () => {
    const host = await engineAt(places.rootless(), "rootless");
    const connection = await connect();
    expect(connection.host).toBe(host);
    expect(process.env["DOCKER_HOST"]).toBe(host);
    expect(process.env["TESTCONTAINERS_RYUK_DISABLED"]).toBe("true");
    expect(await connection.docker.version()).toMatchObject({ Version: "rootless" });
  });
});

describe("the docker context", () => {
  test("named by DOCKER_CONTEXT wins over the one of config.json", async () => {
    context("work", await engineAt(join(home, "work.sock"), "work"));
    context("other", await engineAt(join(home, "other.sock"), "other"));
    currentContext("work");
    vi.stubEnv("DOCKER_CONTEXT", "other");
    expect((await findEngine())?.version).toBe("other");
  });

  test("named by DOCKER_CONTEXT needs no config.json", async () => {
    context("other", await engineAt(join(home, "other.sock"), "other"));
    vi.stubEnv("DOCKER_CONTEXT", "other");
    expect((await findEngine())?.version).toBe("other");
  });

  test("is read from DOCKER_CONFIG", async () => {
    const folder = join(home, "config");
    context("work", await engineAt(join(home, "work.sock"), "work"), folder);
    currentContext("work", folder);
    vi.stubEnv("DOCKER_CONFIG", folder);
    expect((await findEngine())?.version).toBe("work");
  });

  test.each(["default", "", "gone"])("%j leads to the usual sockets", async (name) => {
    context("default", "unix:///nowhere/docker.sock");
    currentContext(name);
    await engineAt(places.rootless(), "rootless");
    expect((await findEngine())?.version).toBe("rootless");
  });

  test("files that cannot be read lead there too", async () => {
    mkdirSync(join(home, ".docker"), { recursive: true });
    writeFileSync(join(home, ".docker", "config.json"), "{ broken");
    await engineAt(places.rootless(), "rootless");
    expect((await findEngine())?.version).toBe("rootless");
  });
});

test.each([
  [{ SLIMPROOF_CACHE: "/c", XDG_CACHE_HOME: "/x" }, "/c"],
  [{ XDG_CACHE_HOME: "/x" }, "/x/slimproof"],
  [{ SLIMPROOF_CACHE: "", XDG_CACHE_HOME: "" }, "HOME/.cache/slimproof"],
  [{}, "HOME/.cache/slimproof"],
])("what is kept between runs lies, with %j, in %s", (env, folder) => {
  expect(cacheFolder(env)).toBe(folder.replace("HOME", home));
  expect(sandboxHost(env)).toBe(`unix://${folder.replace("HOME", home)}/engine/docker.sock`);
});

test.each([
  ["unix:///var/run/docker.sock", "127.0.0.1"],
  ["tcp://10.0.0.7:2375", "10.0.0.7"],
  ["tcp://[::1]:2375", "::1"],
  ["ssh://me@builder", "builder"],
])("ports of the engine at %s are reached at %s", (host, name) => {
  expect(portHost(host)).toBe(name);
});
