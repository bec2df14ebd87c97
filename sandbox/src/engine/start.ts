/** Starts the private engine, whatever an earlier one left behind. */
import { spawn } from "node:child_process";
import { copyFile, mkdir, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "./ask.ts";
import { stableSocket, type EngineFolder } from "./folder.ts";
import { createNetwork, type Network } from "./network.ts";
import { isAlive, readPidFile, withLock } from "./process.ts";
import { ensureRoot, type Log } from "./root.ts";
import { endProcess } from "./stop.ts";

/** The label on the daemon itself by which anyone can tell a private engine from a host's. */
export const SANDBOX_LABEL = "org.slimproof.sandbox";

/** Longest wait for the engine's socket, milliseconds: a cold 2-core machine needs about 3 s. */
const READY_WITHIN = 60_000;

/** Brings the engine up (at once when it is up) and returns its DOCKER_HOST. Throws with the end of its log when it does not come up. */
export async function startEngine(engine: EngineFolder, cache: string, log: Log): Promise<string> {
  const link = stableSocket(cache);
  await mkdir(engine.folder, { recursive: true });
  await withLock(
    `slimproof-engine-${engine.id}`,
    () => log("waiting for another start of the same engine"),
    async () => {
      if (!(await isUp(engine))) {
        await ensureRoot(engine, log);
        await launch(engine, log);
      }
      await rm(link, { force: true });
      await symlink(join(engine.suite, "run", "docker.sock"), link);
    },
  );
  return `unix://${link}`;
}

/** Whether this very engine runs and answers. */
export async function isUp(engine: EngineFolder): Promise<boolean> {
  const process = await readPidFile(engine.pidFile);
  return process !== null && (await isAlive(process)) && (await ask(engine.socket, "/version")) !== null;
}

async function launch(engine: EngineFolder, log: Log): Promise<void> {
  const started = Date.now();
  await endProcess(engine);
  await rm(engine.run, { recursive: true, force: true });
  await mkdir(engine.run, { recursive: true });
  await mkdir(engine.data, { recursive: true });
  await lendHostSettings(engine);
  const network = await createNetwork(engine);
  const output = await open(engine.log, "w");
  const script = fileURLToPath(new URL("namespace.sh", import.meta.url));
  const child = spawn(
    "unshare",
    ["--mount", "--pid", "--fork", "--kill-child", "/bin/sh", script, engine.root, engine.data, engine.run, ...flags(engine, network)],
    { detached: true, stdio: ["ignore", output.fd, output.fd], env: daemonEnvironment() },
  );
  await output.close();
  let ended = false;
  child.once("exit", () => (ended = true));
  child.once("error", () => (ended = true));
  child.unref();
  while (!(await isUp(engine))) {
    if (ended || Date.now() - started > READY_WITHIN) {
      await endProcess(engine);
      const lines = (await readFile(engine.log, "utf8").catch(() => "")).trimEnd().split("\n");
      throw new Error(`the private engine did not come up; the end of ${engine.log}:\n${lines.slice(-8).join("\n")}`);
    }
    await sleep(50);
  }
  log(`started the private Docker Engine (Debian ${engine.suite}) in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function flags(engine: EngineFolder, network: Network): string[] {
  return [
    "--host=unix:///run/slimproof/docker.sock",
    "--group=root",
    "--data-root=/var/lib/docker",
    "--exec-root=/run/docker",
    "--pidfile=/run/docker.pid",
    `--label=${SANDBOX_LABEL}=${engine.suite}`,
    `--bridge=${network.bridge}`,
    `--default-address-pool=base=${network.pool},size=24`,
    "--iptables=false",
    "--ip6tables=false",
    `--cgroup-parent=/slimproof-${engine.id}`,
    "--exec-opt=native.cgroupdriver=cgroupfs",
  ];
}

/** Only what a daemon needs to reach registries; nothing else of the caller's environment gets in. */
function daemonEnvironment(): NodeJS.ProcessEnv {
  const names = ["http_proxy", "https_proxy", "no_proxy", "all_proxy"];
  const proxies = Object.entries(process.env).filter(([name]) => names.includes(name.toLowerCase()));
  return { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...Object.fromEntries(proxies) };
}

/** Name resolution and trusted certificates as the host has them now. */
async function lendHostSettings(engine: EngineFolder): Promise<void> {
  await writeFile(join(engine.root, "etc/resolv.conf"), await readFile("/etc/resolv.conf"));
  await copyFile("/etc/hosts", join(engine.root, "etc/hosts")).catch(() => undefined);
  const bundle = "etc/ssl/certs/ca-certificates.crt";
  await copyFile(join("/", bundle), join(engine.root, bundle)).catch(() => undefined);
}
