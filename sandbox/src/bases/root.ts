/** Works inside an unpacked Debian system: runs its programs, installs packages, fetches them unpacked. */
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { $ } from "zx";
import { PATH } from "./recipe.ts";
import { EPOCH } from "./tree.ts";

/** Programs inside see these alone: nothing of the caller's environment but its proxies gets in. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH,
  HOME: "/root",
  LC_ALL: "C.UTF-8",
  DEBIAN_FRONTEND: "noninteractive",
  // shadow(3) and others write the day into files unless they are told another one.
  SOURCE_DATE_EPOCH: String(EPOCH),
};

const APT = ["-q", "-y", "-o", "Acquire::Retries=3", "-o", "APT::Sandbox::User=root"];
const LISTS = "var/lib/apt/lists";

/**
 * Runs a command with `root` as its file system, in its own process and mount namespace, and returns what it wrote on
 * standard output. It ends when this process does. Throws with the last lines of its output when it fails.
 */
export async function runIn(
  root: string,
  command: readonly string[],
  folder = "/",
): Promise<string> {
  await furnish(root);
  const proxies = Object.entries(process.env).filter(([name]) =>
    /^(https?|no|all)_proxy$/i.test(name),
  );
  const unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  return await runOutside([...unshare, `--root=${root}`, `--wd=${folder}`, ...command], {
    env: { ...ENVIRONMENT, ...Object.fromEntries(proxies) },
  });
}

/** Runs one of this machine's own programs, which ends when this process does; returns and throws as `runIn` does. */
export async function runOutside(
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  // `exec` leaves no shell between us and the command, so that it is the one that gets the signal when we die.
  const run = $({ quiet: true, nothrow: true, stdio: ["ignore", "pipe", "pipe"], ...options });
  const { stdout, stderr, exitCode } = await run`exec setpriv --pdeathsig KILL ${command}`;
  if (exitCode === 0) return stdout;
  const lines = `${stdout}\n${stderr}`.trim().split("\n").slice(-12);
  throw new Error(`${command.join(" ")} failed (exit ${exitCode}):\n${lines.join("\n")}`);
}

/** Tries up to three times: mirrors and proxies have bad moments. */
export async function retry<T>(body: () => Promise<T>): Promise<T> {
  for (const pause of [1000, 4000]) {
    try {
      return await body();
    } catch {
      await sleep(pause);
    }
  }
  return await body();
}

/** Installs packages, without what they merely recommend. */
export async function install(root: string, packages: readonly string[]): Promise<void> {
  await update(root);
  await retry(() =>
    runIn(root, ["apt-get", ...APT, "install", "--no-install-recommends", ...packages]),
  );
}

/** Fetches packages (not what they depend on) and returns the paths of the `.deb` files, in the same order. */
export async function download(root: string, packages: readonly string[]): Promise<string[]> {
  await update(root);
  const folder = "tmp/packages";
  await rm(join(root, folder), { recursive: true, force: true });
  await mkdir(join(root, folder), { recursive: true });
  await retry(() => runIn(root, ["apt-get", ...APT, "download", ...packages], `/${folder}`));
  const files = await readdir(join(root, folder));
  return packages.map((name) => {
    const file = files.find((it) => it.startsWith(`${name}_`));
    if (!file) throw new Error(`apt-get download ${name} left no file`);
    return join(root, folder, file);
  });
}

/** Fetches the newest source package that the mirror has into /src, and the names of its files. */
export async function downloadSource(root: string, name: string): Promise<string[]> {
  const sources = join(root, "etc/apt/sources.list.d/debian.sources");
  const text = await readFile(sources, "utf8");
  await writeFile(sources, text.replaceAll("Types: deb\n", "Types: deb-src\n"));
  await rm(join(root, LISTS), { recursive: true, force: true });
  await retry(() => runIn(root, ["apt-get", ...APT, "update"]));
  await mkdir(join(root, "src"), { recursive: true });
  await retry(() => runIn(root, ["apt-get", ...APT, "source", "--download-only", name], "/src"));
  await writeFile(sources, text);
  return await readdir(join(root, "src"));
}

/** Package lists by the folder that a run's roots share; the first root to want them fetches them for all. */
const lists = new Map<string, Promise<string>>();

/** Gives a root the package lists, unless it has them. */
async function update(root: string): Promise<void> {
  const own = join(root, LISTS);
  if ((await readdir(own).catch(() => [])).some((name) => name.includes("_Packages"))) return;
  const workshop = dirname(root);
  const fetched = lists.get(workshop) ?? fetchLists(root, join(workshop, "lists"));
  lists.set(workshop, fetched);
  await cp(await fetched, own, { recursive: true });
}

async function fetchLists(root: string, target: string): Promise<string> {
  await retry(() => runIn(root, ["apt-get", ...APT, "update"]));
  await cp(join(root, LISTS), target, { recursive: true });
  return target;
}

/** What programs expect of any system: a few devices, shared memory, name resolution. None of it goes into a layer. */
async function furnish(root: string): Promise<void> {
  if (existsSync(join(root, "dev/null"))) return;
  const names = ["null", "zero", "full", "random", "urandom", "tty"];
  await $({
    quiet: true,
  })`cp --archive ${names.map((name) => `/dev/${name}`)} ${join(root, "dev")}`;
  await $({ quiet: true })`ln -s /proc/self/fd ${join(root, "dev/fd")}`;
  await mkdir(join(root, "dev/shm"), { recursive: true });
  await chmod(join(root, "dev/shm"), 0o1777);
  for (const name of ["resolv.conf", "hosts"]) {
    await cp(join("/etc", name), join(root, "etc", name), { dereference: true, force: true });
  }
}
