/** Contracts with services, against a real PostgreSQL and a real Redis: verdicts, and what is left in the engine. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { execa } from "execa";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { connect } from "../src/engine/connect.ts";
import { OWNER_LABEL } from "../src/engine/owner.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const CLI = join(ROOT, "harness", "src", "cli.js");
const TIMEOUT = 240_000;

let docker: Docker;
beforeAll(async () => {
  ({ docker } = await connect());
});

/** A copy of a pair of the corpus, with other files in place of some of its own. */
async function pairOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-services-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(join(ROOT, "corpus", name), folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

interface Pair {
  readonly verdict: string;
  readonly error: string | null;
  readonly detail: readonly string[];
  readonly notes: readonly string[];
  readonly noise: readonly string[];
  readonly differences: readonly {
    readonly probe: string;
    readonly fact: string;
    readonly baseline: string | null;
    readonly candidate: string | null;
    readonly causes: readonly { readonly id: string }[];
  }[];
}

interface Checked {
  readonly pid: string;
  readonly exitCode: number | undefined;
  readonly stderr: string;
  readonly pair: Pair;
}

async function check(folder: string, ...options: readonly string[]): Promise<Checked> {
  const child = execa(process.execPath, [CLI, "check", folder, "--json", "--quiet", ...options], {
    reject: false,
  });
  const { stdout, stderr, exitCode } = await child;
  const pid = String(child.pid);
  expect(await left([pid])).toEqual([]);
  const result = (stdout === "" ? { pairs: [] } : JSON.parse(stdout)) as { pairs: [Pair] };
  return { pid, exitCode, stderr, pair: result.pairs[0] };
}

/** Containers, networks and images of ours that these processes own. */
async function left(pids: readonly string[]): Promise<readonly string[]> {
  const filters = JSON.stringify({ label: [OWNER_LABEL] });
  const all = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listImages({ all: true, filters }),
  ]);
  return all
    .flat()
    .filter((it) => pids.includes(it.Labels?.[OWNER_LABEL]?.split("/")[2] ?? ""))
    .map((it) => it.Id);
}

/** The volumes of what these processes run, which the images of services make for their data. */
async function volumesOf(pids: readonly string[]): Promise<readonly string[]> {
  const ids = new Set(await left(pids));
  const containers = await docker.listContainers({ all: true });
  return containers
    .filter(({ Id }) => ids.has(Id))
    .flatMap(({ Mounts }) => Mounts.filter(({ Type }) => Type === "volume"))
    .flatMap(({ Name }) => Name ?? []);
}

/** Those of the volumes that are still there. */
async function leftOf(volumes: readonly string[]): Promise<readonly string[]> {
  const { Volumes } = await docker.listVolumes();
  const names = (Volumes ?? []).map((it) => it.Name);
  return volumes.filter((it) => names.includes(it));
}

const VISITS = `version: 1
baseline: Dockerfile.single
candidates: [Dockerfile.multi]
run: { ready: { port: 8000 } }
services:
  cache: { image: "redis:8", ready: { log: Ready to accept connections, within: 2m } }
`;

describe("a program of PostgreSQL", () => {
  const CONTRACT = `version: 1
baseline: Dockerfile.single
candidates: [Dockerfile.multi]
run:
  env: { DATABASE_URL: "postgresql://postgres:secret@db/postgres" }
services:
  db:
    image: postgres:17
    env: { POSTGRES_PASSWORD: secret }
    mounts: [{ from: products.sql, to: /docker-entrypoint-initdb.d/products.sql }]
    ready: { log: ready to accept connections, within: 2m }
  cache: { image: "redis:8" }
probes:
  - name: adds
    command: { args: [add, desk, "99"] }
    expect: { stdout: "added as number 3\\n" }
  - name: at a terminal
    terminal: [{ expect: "Ready" }, { exit: 0 }]
  - name: adds another
    command: { args: [add, mat, "9.90"] }
    expect: { stdout: "added as number 4\\n" }
  - name: lists
    command: { args: [list] }
    expect: { stdout: "1  lamp          20.00\\n2  chair         45.50\\n3  desk          99.00\\n4  mat            9.90\\n" }
`;
  const wrapped = (last: string): string => `FROM golang:1.26 AS builder
RUN apt-get update && apt-get install -y --no-install-recommends libpq-dev
WORKDIR /app
COPY main.c .
RUN gcc -Wall -o shop main.c -I/usr/include/postgresql -lpq
${last}`;
  // Without arguments it greets, to be met at a terminal.
  const entry = `ENTRYPOINT ["sh", "-c", "if [ $# -eq 0 ]; then echo Ready; else exec /app/shop \\"$@\\"; fi", "shop"]\n`;

  test(
    "is the same where its library came along: each run of each side starts with the start data",
    { timeout: TIMEOUT },
    async () => {
      const folder = await pairOf("libpq-left-behind", {
        "parity.yaml": CONTRACT,
        "Dockerfile.single": wrapped(entry),
        "Dockerfile.multi": wrapped(`FROM golang:1.26
RUN apt-get update && apt-get install -y --no-install-recommends libpq-dev
COPY --from=builder /app/shop /app/shop
WORKDIR /app
${entry}`),
      });
      const { exitCode, pair } = await check(folder);
      expect(pair).toMatchObject({ verdict: "same", differences: [], noise: [], error: null });
      expect(exitCode).toBe(0);
      expect(pair.notes.join("\n")).toMatch(/service db: postgres:17 made from|^$/);
    },
  );

  test("differs where it did not, with the cause", { timeout: TIMEOUT }, async () => {
    const { exitCode, pair } = await check(await pairOf("libpq-left-behind", {}));
    expect(exitCode).toBe(1);
    expect(pair.verdict).toBe("differs");
    const [first] = pair.differences.filter(({ probe }) => probe === "lists");
    expect(first).toMatchObject({ fact: "exit.code", baseline: "0", candidate: "127" });
    expect(first?.causes[0]?.id).toBe("missing-library");
  });
});

describe("a counter in Redis", () => {
  test(
    "a candidate that only reads would be right if it saw the baseline's data",
    async () => {
      const reads = `FROM python:3.13-slim
WORKDIR /app
ENV CACHE=cache
COPY . .
RUN sed -i 's/INCR/GET/' app.py
EXPOSE 8000
CMD ["python", "app.py"]
`;
      const folder = await pairOf("visits-in-redis", { "Dockerfile.multi": reads });
      const { exitCode, pair } = await check(folder);
      expect(exitCode).toBe(1);
      expect(pair.differences.filter(({ fact }) => fact === "http.body")).toMatchObject([
        { probe: "the first visit", baseline: "/a: visit 1\n", candidate: "/a: visit $-1\n" },
        { probe: "the second", baseline: "/a: visit 2\n", candidate: "/a: visit $-1\n" },
        { probe: "elsewhere", baseline: "/b: visit 1\n", candidate: "/b: visit $-1\n" },
      ]);
    },
    TIMEOUT,
  );

  test("fuzzing: each program counts in a Redis of its own", { timeout: TIMEOUT }, async () => {
    const fuzz = `fuzz:
  - name: any key
    http: { port: 8000, paths: [/a], methods: [GET] }
    requests: 5
`;
    const folder = await pairOf("visits-in-redis", {
      "parity.yaml": `${VISITS}${fuzz}`,
      "Dockerfile.multi": `FROM python:3.13-slim
WORKDIR /app
ENV CACHE=cache
COPY . .
RUN sed -i "s/'INCR', self.path/'INCRBY', self.path, '2'/" app.py
EXPOSE 8000
CMD ["python", "app.py"]
`,
    });
    // Two that shared a Redis would make the count noise, and none could count without one.
    const { pair } = await check(folder, "--seed", "7");
    const [found, ...others] = pair.differences;
    expect(others).toEqual([]);
    expect(found).toMatchObject({ probe: "any key", fact: "counterexample" });
    expect(found?.baseline).toMatch(/: visit 1\n$/);
    expect(found?.candidate).toMatch(/: visit 2\n$/);
  });
});

describe("a service that fails", () => {
  test("never gets ready: unproven, with its name and its log", { timeout: TIMEOUT }, async () => {
    const contract = VISITS.replace(
      "{ log: Ready to accept connections, within: 2m }",
      "{ log: never said, within: 2s }",
    );
    const { exitCode, pair } = await check(
      await pairOf("visits-in-redis", { "parity.yaml": contract }),
    );
    expect(exitCode).toBe(2);
    expect(pair).toMatchObject({ verdict: "unproven", differences: [] });
    expect(pair.error).toBe("service cache (redis:8) was not ready within 2 s");
    expect(pair.detail.join("\n")).toContain("Ready to accept connections tcp");
  });

  test("has no image: one line that says where", { timeout: TIMEOUT }, async () => {
    const contract = VISITS.replace("redis:8", "slimproof.invalid/no-such-image:1");
    const folder = await pairOf("visits-in-redis", { "parity.yaml": contract });
    const { exitCode, stderr } = await check(folder);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^slimproof: \S*parity\.yaml: services\.cache: image slimproof\.invalid\/no-such-image:1 is not in the engine[^\n]*$/,
    );
  });

  test("ends while the image is driven", { timeout: TIMEOUT }, async () => {
    const probes = `probes:
  - name: takes its service down
    exec: [python, -c, "import socket; s = socket.create_connection(('cache', 6379)); s.sendall(b'DEBUG SEGFAULT\\\\r\\\\n'); s.recv(9)"]
`;
    const contract = VISITS.replace(
      '"redis:8",',
      '"redis:8", args: [--enable-debug-command, "yes"],',
    );
    const dockerfile = `FROM python:3.13-slim
WORKDIR /app
ENV CACHE=cache
COPY . .
CMD ["python", "app.py"]
`;
    const { pair } = await check(
      await pairOf("visits-in-redis", {
        "parity.yaml": `${contract}${probes}`,
        "Dockerfile.single": dockerfile,
        "Dockerfile.multi": dockerfile,
      }),
    );
    expect(pair).toMatchObject({ verdict: "unproven", differences: [] });
    expect(pair.error).toMatch(
      /^service cache \(redis:8\) ended with exit code \d+ while the image was driven$/,
    );
  });
});

describe("what is left", () => {
  /** A check in which services are up most of the time. */
  async function running(): Promise<{ folder: string; options: readonly string[] }> {
    const contract = VISITS.replace(
      "services:",
      'services:\n  db: { image: "postgres:17", env: { POSTGRES_PASSWORD: a } }',
    );
    const probe = `probes:\n  - name: waits\n    command: { args: [python, -c, "import time; time.sleep(3)"] }\n`;
    const folder = await pairOf("cache-refuses-to-start", { "parity.yaml": `${contract}${probe}` });
    return { folder, options: ["check", folder, "--quiet"] };
  }

  /** Waits until a process has a service, and gives the volumes of its services. */
  async function up(pid: string): Promise<readonly string[]> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const volumes = await volumesOf([pid]);
      if (volumes.length > 0) return volumes;
      if (Date.now() > deadline) throw new Error("no service came up");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  test("of a killed check is gone after the next one's start", { timeout: TIMEOUT }, async () => {
    const { folder, options } = await running();
    const pids: string[] = [];
    const volumes: string[] = [];
    for (const more of [0, 400, 1500]) {
      const child = execa(process.execPath, [CLI, ...options], { reject: false, stdio: "ignore" });
      pids.push(String(child.pid));
      volumes.push(...(await up(String(child.pid))));
      await new Promise((resolve) => setTimeout(resolve, more));
      child.kill("SIGKILL");
      await child;
    }
    const next = await check(folder);
    expect(next.pair.error).toBeNull();
    expect(await left(pids)).toEqual([]);
    expect(await leftOf(volumes)).toEqual([]);
  });

  test("of an interrupted check is nothing", { timeout: TIMEOUT }, async () => {
    const { options } = await running();
    const child = execa(process.execPath, [CLI, ...options], { reject: false, stdio: "ignore" });
    const pids = [String(child.pid)];
    const volumes = await up(String(child.pid));
    child.kill("SIGINT");
    expect((await child).exitCode).toBe(130);
    expect(await left(pids)).toEqual([]);
    expect(await leftOf(volumes)).toEqual([]);
  });
});
