/** Makes the small Debian system that an engine runs in. */
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import { DEBIAN_KEYRING, hostSources, sourcesFor } from "./apt.ts";
import type { EngineFolder, Suite } from "./folder.ts";

export type Log = (line: string) => void;

/** bookworm's docker.io brings the command line itself and has no buildx package. */
const PACKAGES: Readonly<Record<Suite, readonly string[]>> = {
  bookworm: ["docker.io"],
  trixie: ["docker.io", "docker-cli", "docker-buildx"],
  forky: ["docker.io", "docker-cli", "docker-buildx"],
};
const COMMON = ["iptables", "ca-certificates", "iproute2"];
/** What nobody reads in there. */
const LEAN = ["man", "doc", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);

/** The host's release from os-release(5), e.g. `{ id: "debian", codename: "bookworm" }`. */
export async function hostRelease(): Promise<{ readonly id: string; readonly codename: string }> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const field = (name: string): string =>
    new RegExp(`^${name}="?([^"\n]*)`, "m").exec(text)?.[1] ?? "";
  return { id: field("ID"), codename: field("VERSION_CODENAME") };
}

/** Makes `engine.root` unless it is there. It appears under that name only when it is whole. */
export async function ensureRoot(engine: EngineFolder, log: Log): Promise<void> {
  if (await exists(engine.root)) return;
  await mkdir(engine.folder, { recursive: true });
  for (const name of await readdir(engine.folder)) {
    if (name.startsWith("root-")) await rm(join(engine.folder, name), { recursive: true });
  }
  const started = Date.now();
  log(`making a Debian ${engine.suite} with Docker in ${engine.root}`);
  const half = await mkdtemp(join(engine.folder, "root-"));
  await mmdebstrap(engine.suite, half, [...PACKAGES[engine.suite], ...COMMON], LEAN, log);
  const certificates = "/usr/local/share/ca-certificates";
  if (await exists(certificates)) {
    await cp(certificates, join(half, certificates), { recursive: true, dereference: true });
    await $({ quiet: true })`chroot ${half} update-ca-certificates`;
  }
  await rename(half, engine.root);
  log(`made it in ${seconds(started)}`);
}

/** Time gone since `started` (milliseconds), as `1.2 s`. */
export function seconds(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

/**
 * Unpacks a minimal Debian of `suite` with `packages` into the folder `target` (or into the file, when it ends in
 * `.tar`), from the host's own mirrors and under its own apt settings; from mmdebstrap's default mirror when the host
 * has none of Debian. Installs mmdebstrap itself when the host lacks it. It ends with this process: no orphaned bootstrap writes on. Throws with mmdebstrap's last lines.
 */
export async function mmdebstrap(
  suite: Suite,
  target: string,
  packages: readonly string[],
  options: readonly string[] = [],
  log: Log = () => {},
): Promise<void> {
  await ensureMmdebstrap(log);
  const { codename } = await hostRelease();
  const sources = sourcesFor(suite, codename, await hostSources());
  const settings = (await $({ quiet: true })`apt-config dump Acquire`).stdout
    .split("\n")
    .filter((line) => /^Acquire::(https?::|Check-|Retries)/.test(line))
    .map((line) => `--aptopt=${line}`);
  const command = [
    "mmdebstrap",
    "--variant=minbase",
    "--mode=root",
    `--include=${packages.join(",")}`,
    ...settings,
    ...options,
    suite,
    target,
    ...sources,
  ];
  const bound = [
    "--pdeathsig",
    "KILL",
    "unshare",
    "--mount-proc",
    "--pid",
    "--fork",
    "--kill-child",
  ];
  const result = await $({ quiet: true, nothrow: true })`exec setpriv ${bound} ${command}`;
  if (result.exitCode === 0) return;
  const end = result.stderr.trimEnd().split("\n").slice(-6).join("\n");
  throw new Error(`mmdebstrap could not make a Debian ${suite}:\n${end}`);
}

async function ensureMmdebstrap(log: Log): Promise<void> {
  const missing: string[] = [];
  if ((await $({ quiet: true, nothrow: true })`command -v mmdebstrap`).exitCode !== 0)
    missing.push("mmdebstrap");
  if (!(await exists(DEBIAN_KEYRING))) missing.push("debian-archive-keyring");
  if (missing.length === 0) return;
  log(`installing ${missing.join(" and ")} with apt-get`);
  await $({ quiet: true })`apt-get -q update`;
  await $({
    quiet: true,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  })`apt-get -qy install --no-install-recommends ${missing}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
