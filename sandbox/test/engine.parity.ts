import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder, findEngine } from "slimproof";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { $ } from "zx";
import { writeDockerCommand } from "../src/engine/docker-command.ts";
import {
  commandFolder,
  engineFolder,
  type EngineFolder,
  type Suite,
} from "../src/engine/folder.ts";
import { engineProcess, isAlive, readPidFile, type ProcessId } from "../src/engine/process.ts";

const CLI = join(import.meta.dirname, "../src/cli.ts");
const found = await findEngine();

let cache: string;
beforeAll(async () => {
  cache = await realpath(await mkdtemp(join(tmpdir(), "slimproof-engine-")));
});
afterAll(async () => {
  await sandbox("clean"); // also when a test above failed
  await rm(cache, { recursive: true, force: true });
});

/** Runs the sandbox's command line as a person would who has no other engine than the one in `cache`. */
async function sandbox(...words: readonly string[]): Promise<{ code: number; out: string }> {
  const env = {
    ...process.env,
    SLIMPROOF_CACHE: cache,
    DOCKER_HOST: `unix://${cache}/engine/docker.sock`,
    SANDBOX_SUITE: found?.sandbox ?? "",
  };
  // A pipe that is read to its end: the command must not leave it open in the engine.
  const child = spawn(process.execPath, [CLI, ...words], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (out += chunk.toString()));
  }
  const code = await new Promise<number>((resolve) =>
    child.once("close", (status) => resolve(status ?? -1)),
  );
  return { code, out };
}

interface Descendant extends ProcessId {
  readonly name: string;
}

/** The engine's first process and all that it started, in whatever namespace: dockerd, containerd, shims, containers. */
async function processTree(engine: EngineFolder): Promise<Descendant[]> {
  const all = new Map<number, Descendant & { readonly parent: number }>();
  for (const entry of await readdir("/proc")) {
    const text = await readFile(`/proc/${entry}/stat`, "utf8").catch(() => "");
    const [, pid, name = "", rest = ""] = /^(\d+) \((.*)\) (.*)$/s.exec(text) ?? [];
    const fields = rest.split(" ");
    if (!pid) continue;
    all.set(Number(pid), {
      pid: Number(pid),
      name,
      parent: Number(fields[1]),
      started: fields[19] ?? "",
    });
  }
  const first = await engineProcess(engine);
  const isOurs = (pid: number): boolean =>
    pid === first?.pid || (pid > 1 && isOurs(all.get(pid)?.parent ?? 0));
  return [...all.values()].filter(({ pid }) => isOurs(pid));
}

async function survivors(tree: readonly Descendant[]): Promise<string[]> {
  const alive = await Promise.all(tree.map(isAlive));
  return tree.filter((_, index) => alive[index]).map(({ name }) => name);
}

/** How many engines run on a data folder, by the arguments of their first processes. */
async function enginesOn(data: string): Promise<number> {
  const lines = await Promise.all(
    (await readdir("/proc")).map((name) =>
      readFile(`/proc/${name}/cmdline`, "utf8").catch(() => ""),
    ),
  );
  return lines.filter((line) => line.startsWith("/bin/sh\0") && line.includes(`\0${data}\0`))
    .length;
}

/** Imports the engine's root, without the engine, as the image `base`. */
async function importBase(root: string, host: string): Promise<void> {
  const without = [
    "dev",
    "proc",
    "sys",
    "usr/bin/docker*",
    "usr/bin/containerd*",
    "usr/bin/ctr",
    "usr/sbin/dockerd",
    "usr/sbin/runc",
    "usr/libexec",
  ];
  const exclude = without.map((path) => `--exclude=./${path}`);
  await $({
    quiet: true,
  })`tar -C ${root}/ -c ${exclude} . | ${join(commandFolder(cache), "docker")} --host ${host} import - base`;
}

if (found?.sandbox)
  describe("a second private engine", () => privateEngine(found.sandbox as Suite));
else {
  test("an engine that is not ours is used, and none is started beside it", async () => {
    const { stderr } = await $({
      quiet: true,
      env: { ...process.env, SLIMPROOF_CACHE: cache },
    })`${process.execPath} ${CLI} up`;
    expect(stderr).toContain("not ours, only used");
    expect(await readdir(cache)).toEqual([]);
  });
}

function privateEngine(suite: Suite): void {
  const own = (): EngineFolder => engineFolder(suite, cache);
  const docker = async (...words: readonly string[]): Promise<string> => {
    const env = {
      ...process.env,
      DOCKER_HOST: `unix://${cache}/engine/docker.sock`,
      DOCKER_CONFIG: commandFolder(cache),
    };
    return (
      await $({ quiet: true, env })`${join(commandFolder(cache), "docker")} ${words}`
    ).stdout.trim();
  };

  test("starts beside the first, once when it is started twice at the same time", async () => {
    await mkdir(own().folder, { recursive: true });
    await symlink(engineFolder(suite, cacheFolder()).root, own().root);
    const both = await Promise.all([sandbox("up"), sandbox("up")]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ out }) => out.includes("started a private"))).toHaveLength(1);
    expect(await enginesOn(own().data)).toBe(1);
  });

  test("builds with the network, through the docker command of its own root", async () => {
    await writeDockerCommand(own(), commandFolder(cache));
    await importBase(own().root, `unix://${cache}/engine/docker.sock`);
    const context = join(cache, "context");
    await mkdir(context);
    await writeFile(
      join(context, "Dockerfile"),
      "FROM base\nRUN apt-get update && apt-get download hostname && dpkg -x hostname_*.deb /got && cp $(find /got -path '*bin/hostname') /hostname\n",
    );
    await docker("build", "--tag", "built", context);
    await rm(context, { recursive: true });
    expect(await docker("run", "--rm", "--hostname", "here", "built", "/hostname")).toBe("here");
  });

  test("mounts a folder of the host, resolves names on a network, publishes a port", async () => {
    const shared = join(cache, "shared");
    await mkdir(shared);
    await writeFile(join(shared, "file"), "of the host");
    expect(await docker("run", "--rm", "-v", `${shared}:/s:ro`, "base", "cat", "/s/file")).toBe(
      "of the host",
    );
    await rm(shared, { recursive: true });
    await docker("network", "create", "net");
    const serve =
      "use IO::Socket; $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5); while ($c = $s->accept) { print $c qq(HTTP/1.0 200 OK\\r\\n\\r\\nhello); close $c }";
    await docker(
      "run",
      "-d",
      "--name",
      "server",
      "--network",
      "net",
      "-p",
      "127.0.0.1::80",
      "base",
      "perl",
      "-e",
      serve,
    );
    expect(
      await docker("run", "--rm", "--network", "net", "base", "getent", "hosts", "server"),
    ).toMatch(/^10\.\d+\.1\.\d+ +server$/);
    const address = await docker("port", "server", "80");
    expect(await (await fetch(`http://${address}/`)).text()).toBe("hello");
  });

  test("killed with -9 it leaves no process, and starts again without its containers running", async () => {
    const first = await engineProcess(own());
    expect(first).toEqual(await readPidFile(own().pidFile));
    const tree = await processTree(own());
    expect(tree.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["dockerd", "containerd", "perl"]),
    );
    process.kill(first?.pid ?? 0, "SIGKILL");
    await expect.poll(() => survivors(tree)).toEqual([]);
    expect(existsSync(own().socket)).toBe(true); // stale, as its pid file
    const { code, out } = await sandbox("up");
    expect(out).toContain("started a private Docker Engine");
    expect(code).toBe(0);
    expect(await docker("ps", "--quiet")).toBe("");
    expect(await docker("ps", "--all", "--format", "{{.Names}}")).toBe("server");
    expect(await docker("start", "server")).toBe("server");
  });

  test("dockerd itself killed takes all of it down; a lost run folder does not hide an engine", async () => {
    const tree = await processTree(own());
    const dockerd = tree.find(({ name }) => name === "dockerd");
    process.kill(dockerd?.pid ?? 0, "SIGKILL");
    await expect.poll(() => survivors(tree)).toEqual([]);
    expect((await sandbox("up")).code).toBe(0);
    await rm(own().run, { recursive: true });
    expect((await sandbox("up")).out).toContain("started a private Docker Engine");
    expect(await enginesOn(own().data)).toBe(1);
  });

  test("tells its state, at once when it is up", async () => {
    const { out } = await sandbox("status");
    expect(out).toContain(
      `Docker ${found?.version} answers at unix://${cache}/engine/docker.sock (private, Debian ${suite})`,
    );
    expect(out).toMatch(/root \d+ MB, data \d+ MB/);
    const again = await sandbox("up");
    expect(again.out).not.toContain("started");
    expect((await sandbox("env")).out).toContain(
      `export DOCKER_HOST='unix://${cache}/engine/docker.sock'`,
    );
  });

  test("clean leaves no process, mount, bridge, packet rule, control group or file, and the first engine alone", async () => {
    await docker("start", "server");
    const bridge = `slimproof-${own().id}`;
    const pool = `${(await docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")).replace(/0\.1$/, "0.0/16")}`;
    const rules = async (): Promise<string> =>
      (await $({ quiet: true })`chroot ${engineFolder(suite, cacheFolder()).root} iptables-save`)
        .stdout;
    expect(await rules()).toContain(pool);
    const root = await realpath(own().root);
    const tree = await processTree(own());
    const network = await docker("network", "inspect", "net", "--format", "{{.Id}}");
    const bridges = [bridge, `br-${network.slice(0, 12)}`];
    expect(await readdir("/sys/class/net")).toEqual(expect.arrayContaining(bridges));
    const { code, out } = await sandbox("clean");
    expect(out).toContain("removed all that was made");
    expect(code).toBe(0);
    expect(await survivors(tree)).toEqual([]);
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.toContain(cache);
    const links = await readdir("/sys/class/net");
    expect(links.filter((name) => bridges.includes(name))).toEqual([]);
    const groups = await readdir("/sys/fs/cgroup", { recursive: true }).catch(() => []);
    expect(groups.filter((path) => path.includes(`slimproof-${own().id}`))).toEqual([]);
    expect(await rules()).not.toContain(pool);
    expect(existsSync(cache)).toBe(false);
    expect(existsSync(root)).toBe(true);
    expect((await findEngine())?.version).toBe(found?.version);
  });
}
