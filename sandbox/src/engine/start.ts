/** Starts the private engine, whatever an earlier one left behind. */
import { spawn } from "node:child_process";
import { mkdir, open, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ask } from "./ask.ts";
import { cgroupParent } from "./cgroups.ts";
import { writeDockerCommand } from "./docker-command.ts";
import { commandFolder, stableSocket, type EngineFolder } from "./folder.ts";
import { lendHostSettings } from "./host-settings.ts";
import { createNetwork, type Network } from "./network.ts";
import { isAlive, readPidFile, withLock } from "./process.ts";
import { ensureRoot, seconds, type Log } from "./root.ts";
import { stopEngine } from "./stop.ts";

/** The label on the daemon itself by which anyone can tell a private engine from a host's. */
const LABEL = "org.slimproof.sandbox";

/** Longest wait for the engine's socket, milliseconds: a cold 2-core machine needs about 3 s. */
const READY_WITHIN = 60_000;

/** A running engine that is busy may take this long to answer, milliseconds: to start it anew would end what it does. */
const PATIENCE = 15_000;

/** A unix socket's path is at most 107 bytes long: see unix(7). */
const LONGEST_SOCKET = 107;

/**
 * Brings the engine up (at once when it is up) and returns its DOCKER_HOST, which is the same for every suite.
 * Throws with the end of the engine's log when it does not come up.
 */
export async function startEngine(engine: EngineFolder, cache: string, log: Log): Promise<string> {
  const link = stableSocket(cache);
  if (Buffer.byteLength(engine.socket) > LONGEST_SOCKET) {
    throw new Error(
      `${engine.socket} is too long a path for a socket: set SLIMPROOF_CACHE to a shorter folder`,
    );
  }
  await mkdir(engine.folder, { recursive: true });
  await withLock(
    `slimproof-engine-${engine.id}`,
    () => log("waiting for another start of the same engine"),
    async () => {
      if (await isUp(engine)) await lendHostSettings(engine, log);
      else await launch(engine, log);
      // A symlink cannot be overwritten, but a rename over it leaves no moment without one.
      await rm(`${link}.new`, { force: true });
      await symlink(join(engine.suite, "run", "docker.sock"), `${link}.new`);
      await rename(`${link}.new`, link);
      // Also where the host has a docker command: that one may come without buildx, which most builds need.
      await writeDockerCommand(engine, commandFolder(cache));
    },
  );
  return `unix://${link}`;
}

/** Whether this very engine runs and answers. */
export async function isUp(engine: EngineFolder): Promise<boolean> {
  const first = await readPidFile(engine.pidFile);
  if (first === null || !(await isAlive(first))) return false;
  return (await ask(engine.socket, "/version", { within: PATIENCE })) !== null;
}

async function launch(engine: EngineFolder, log: Log): Promise<void> {
  await ensureRoot(engine, log);
  const started = Date.now();
  await stopEngine(engine);
  await mkdir(engine.run, { recursive: true, mode: 0o700 });
  await mkdir(engine.data, { recursive: true });
  await lendHostSettings(engine, log);
  const network = await createNetwork(engine);
  const output = await open(engine.log, "w");
  const script = fileURLToPath(new URL("namespace.sh", import.meta.url));
  const child = spawn(
    "unshare",
    [
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "/bin/sh",
      script,
      engine.root,
      engine.data,
      engine.run,
      ...flags(engine, network),
    ],
    { detached: true, stdio: ["ignore", output.fd, output.fd], env: daemonEnvironment(), cwd: "/" },
  );
  await output.close();
  let ended = false;
  for (const event of ["exit", "error"]) child.once(event, () => (ended = true));
  child.unref();
  while (!(await isUp(engine))) {
    if (ended || Date.now() - started > READY_WITHIN) {
      const text = await readFile(engine.log, "utf8").catch(() => "");
      await stopEngine(engine);
      const end = text.trimEnd().split("\n").slice(-8).join("\n");
      throw new Error(`the private engine did not come up; the end of ${engine.log}:\n${end}`);
    }
    await sleep(50);
  }
  log(`started a private Docker Engine (Debian ${engine.suite}) in ${seconds(started)}`);
}

function flags(engine: EngineFolder, network: Network): string[] {
  return [
    "--host=unix:///run/slimproof/docker.sock",
    // The root's group "docker" has a number that may be anybody's on the host.
    "--group=root",
    "--data-root=/var/lib/docker",
    "--exec-root=/run/docker",
    "--pidfile=/run/docker.pid",
    `--label=${LABEL}=${engine.suite}`,
    `--bridge=${network.bridge}`,
    `--mtu=${network.mtu}`,
    // For the networks that users make; Docker 20.10 has no such flag.
    ...(engine.suite === "bookworm"
      ? []
      : [`--default-network-opt=bridge=com.docker.network.driver.mtu=${network.mtu}`]),
    `--default-address-pool=base=${network.pool},size=24`,
    "--iptables=false",
    "--ip6tables=false",
    `--cgroup-parent=${cgroupParent(engine)}`,
    "--exec-opt=native.cgroupdriver=cgroupfs",
    // A program that prints for ever must not fill the disk.
    "--log-opt=max-size=10m",
    "--shutdown-timeout=5",
  ];
}

/** Only what a daemon needs to reach registries; nothing else of the caller's environment gets in. */
function daemonEnvironment(): NodeJS.ProcessEnv {
  const proxies = Object.entries(process.env).filter(([name]) =>
    /^(https?|no|all)_proxy$/i.test(name),
  );
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ...Object.fromEntries(proxies),
  };
}
