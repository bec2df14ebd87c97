/**
 * Containers for the unit tests of drive/: each is a plain process of this machine, so that output, signals, pipes and
 * terminals are real and only the engine is not.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { openTranscript } from "../../src/drive/transcript.ts";
import type {
  Container,
  ContainerEnd,
  Containers,
  ContainerSpec,
  TerminalCommand,
} from "../../src/model/container.ts";
import type { Contract, Probe, RunOptions } from "../../src/model/contract.ts";
import type { Image } from "../../src/model/image.ts";
import { plainImage } from "../images.ts";

export interface LocalContainers extends Containers {
  /** What was asked for, in order. */
  readonly specs: ContainerSpec[];
  /** Containers, terminals and networks that were not removed yet. */
  alive(): number;
}

const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGKILL: 137, SIGTERM: 143, SIGINT: 130 };

/** An image is a shell script here. It finds the port on which it must listen for PORT in the variable PORT_<PORT>. */
export function localContainers(): LocalContainers {
  const specs: ContainerSpec[] = [];
  let alive = 0;
  let networks = 0;
  return {
    specs,
    alive: () => alive,
    async start(spec) {
      specs.push(spec);
      alive += 1;
      const container = await startProcess(spec);
      return {
        ...container,
        async [Symbol.asyncDispose]() {
          await container[Symbol.asyncDispose]();
          alive -= 1;
        },
      };
    },
    async network() {
      alive += 1;
      networks += 1;
      return {
        name: `network-${networks}`,
        async [Symbol.asyncDispose]() {
          alive -= 1;
        },
      };
    },
    terminal(spec) {
      specs.push(spec);
      alive += 1;
      const command = terminalOf(spec.image, spec.env);
      return {
        ...command,
        async [Symbol.asyncDispose]() {
          await command[Symbol.asyncDispose]();
          alive -= 1;
        },
      };
    },
  };
}

async function startProcess(spec: ContainerSpec): Promise<Container> {
  const ports = new Map<number, number>();
  for (const port of spec.ports) ports.set(port, await freePort());
  const env = {
    PATH: process.env["PATH"],
    ...spec.env,
    ...Object.fromEntries([...ports].map(([port, local]) => [`PORT_${port}`, String(local)])),
  };
  const child = spawn("sh", ["-c", spec.image, "program", ...(spec.args ?? [])], {
    env,
    detached: true, // leads a group, so that its own children can be ended with it
    stdio: [spec.stdin ? "pipe" : "ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = [openTranscript(), openTranscript()];
  child.stdout?.on("data", stdout.push).on("end", stdout.finish);
  child.stderr?.on("data", stderr.push).on("end", stderr.finish);
  child.stdin?.on("error", () => {});
  let state: ContainerEnd | null = null;
  const end = once(child, "close").then(([code, signal]: unknown[]): ContainerEnd => {
    state = {
      code: typeof code === "number" ? code : (SIGNAL_CODES[String(signal)] ?? 1),
      oom: false,
      error: "",
    };
    return state;
  });
  return {
    id: String(child.pid),
    addresses: [],
    stdout,
    stderr,
    end,
    ended: () => state,
    writeStdin: (bytes) => void child.stdin?.write(bytes),
    closeStdin: () => void child.stdin?.end(),
    address(port) {
      const local = ports.get(port);
      if (local === undefined) throw new Error(`port ${port} is not published`);
      return { host: "127.0.0.1", port: local };
    },
    async signal(name) {
      child.kill((name ?? "SIGTERM") as NodeJS.Signals);
    },
    async exec([file = "", ...args], within) {
      const run = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
      const [out, err] = [openTranscript(), openTranscript()];
      run.stdout.on("data", out.push);
      run.stderr.on("data", err.push);
      let timedOut = false;
      const timer = setTimeout(() => (timedOut = run.kill("SIGKILL")), within);
      const [code] = (await once(run, "close")) as [number | null];
      clearTimeout(timer);
      const cut = out.cut() || err.cut();
      return { code: code ?? 137, stdout: out.bytes(), stderr: err.bytes(), cut, timedOut };
    },
    async archive(path) {
      if (!existsSync(path)) return null;
      return spawn("tar", ["-C", dirname(path), "-cf", "-", basename(path)]).stdout;
    },
    async [Symbol.asyncDispose]() {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {} // all of the group have ended
      await end;
    },
  };
}

/** A shell script in a terminal; its exit code is told as the engine tells a container's. */
export function terminalOf(
  script: string,
  env: Readonly<Record<string, string>> = {},
): TerminalCommand {
  const folder = mkdtempSync(join(tmpdir(), "slimproof-terminal-"));
  const codeFile = join(folder, "code");
  return {
    file: "sh",
    args: [
      "-c",
      `trap : INT; sh -c "$1"; echo $? > "$0.part"; mv "$0.part" "$0"`,
      codeFile,
      script,
    ],
    env,
    async end() {
      if (!existsSync(codeFile)) return null;
      return { code: Number(readFileSync(codeFile, "utf8")), oom: false, error: "" };
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A container that is only an address: for servers that live in the test itself. */
export function servedBy(
  port: number,
  ended: Promise<ContainerEnd> = new Promise(() => {}),
): Container {
  let state: ContainerEnd | null = null;
  const unused = (): never => {
    throw new Error("not used by this probe");
  };
  const silent = openTranscript();
  return {
    id: "",
    addresses: [],
    stdout: silent,
    stderr: silent,
    end: ended.then((it) => {
      silent.finish();
      return (state = it);
    }),
    ended: () => state,
    address: () => ({ host: "127.0.0.1", port }),
    writeStdin: unused,
    closeStdin: unused,
    signal: unused,
    exec: unused,
    archive: unused,
    async [Symbol.asyncDispose]() {},
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export function imageOf(script: string): Image {
  return plainImage({ id: "sha256:0" }, { ref: script });
}

export function contractOf(probes: readonly Probe[], run: Partial<RunOptions> = {}): Contract {
  const source = { kind: "image", image: "unused", platform: null } as const;
  return {
    file: null,
    folder: "/",
    name: "test",
    baseline: source,
    candidates: [],
    run: {
      env: {},
      args: null,
      user: null,
      readOnly: false,
      tmpfs: [],
      memory: 512_000_000,
      pids: 256,
      network: "bridge",
      mounts: [],
      ready: null,
      ...run,
    },
    services: [],
    probes,
    fuzz: [],
    claims: { size: null, transfer: null, packages: null, absent: [], user: null },
    accept: [],
  };
}

/** A probe of a kind, for a test to state only what it is about. */
export function probeOf<K extends Probe["kind"]>(
  kind: K,
  own: Partial<Extract<Probe, { kind: K }>>,
): Extract<Probe, { kind: K }> {
  const base = { name: "probe", within: 5_000, expect: {} };
  const defaults: { readonly [P in Probe as P["kind"]]: P } = {
    http: {
      ...base,
      kind: "http",
      method: "GET",
      path: "/",
      port: 5000,
      headers: {},
      body: null,
      parallel: 1,
    },
    terminal: { ...base, kind: "terminal", steps: [] },
    command: { ...base, kind: "command", args: null, stdin: null, env: {} },
    exec: { ...base, kind: "exec", argv: ["true"] },
    files: { ...base, kind: "files", paths: [] },
    stop: { ...base, kind: "stop", signal: null },
    tcp: { ...base, kind: "tcp", port: 5000, send: null, until: null },
  };
  return { ...(defaults as Record<string, Probe>)[kind], ...own } as Extract<Probe, { kind: K }>;
}

/** Facts as an object, names without the probe's. */
export function valuesOf(
  facts: readonly { fact: string; value: string }[],
): Record<string, string> {
  return Object.fromEntries(facts.map(({ fact, value }) => [fact, value]));
}
