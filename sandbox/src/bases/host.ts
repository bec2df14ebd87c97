/**
 * What this machine has set up to reach package registries: certificates of its own, mirrors, indexes. A build inside a
 * base needs the same. Only what differs from each tool's own defaults counts, and nothing that holds a password.
 */
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { $, type Options } from "zx";

/** The bundle that Debian's ca-certificates keeps, with the machine's own certificates in it. */
export const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

/** No standard input: a shell whose input is a socket, as a pipe of Node's is, would read its user's start-up file. */
const QUIETLY: Partial<Options> = { quiet: true, nothrow: true, stdio: ["ignore", "pipe", "pipe"] };

/** A tool's settings by name. */
export type Settings = Readonly<Record<string, string>>;

/** The certificates that the machine's owner trusts beyond the public ones: update-ca-certificates(8). */
export async function certificates(
  folder = "/usr/local/share/ca-certificates",
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const paths = (await readdir(folder, { recursive: true }).catch(() => []))
    .filter((path) => path.endsWith(".crt"))
    .sort();
  return await Promise.all(
    paths.map(async (path) => ({
      name: basename(path),
      text: await readFile(join(folder, path), "utf8"),
    })),
  );
}

/** apt's settings of how to fetch, as lines of apt.conf(5); mmdebstrap() leaves the same ones in what it makes. */
export async function aptSettings(): Promise<readonly string[]> {
  const dump = await $({ quiet: true })`apt-config dump Acquire`;
  return dump.stdout.split("\n").filter((line) => /^Acquire::(https?::|Check-|Retries)/.test(line));
}

/** pip's index and the hosts it trusts, from its files and environment: https://pip.pypa.io/en/stable/topics/configuration/ */
export async function pipSettings(
  env: NodeJS.ProcessEnv = process.env,
  files: readonly string[] = pipFiles(env),
): Promise<Settings> {
  const names = ["index-url", "extra-index-url", "trusted-host"];
  const settings: Record<string, string> = {};
  for (const file of files) {
    Object.assign(settings, parsePipFile(await readFile(file, "utf8").catch(() => "")));
  }
  for (const name of names) {
    const value = env[`PIP_${name.replaceAll("-", "_").toUpperCase()}`];
    if (value) settings[name] = value;
  }
  return public_(settings, names);
}

/** The `[global]` and `[install]` sections of a pip.conf; a value that goes on in further lines is one line here. */
export function parsePipFile(text: string): Settings {
  const settings: Record<string, string> = {};
  let section = "";
  let name = "";
  for (const line of text.split("\n")) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\[(.*)\]/.exec(line);
    const field = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line);
    if (header) {
      section = header[1] ?? "";
      name = "";
    } else if (field && ["global", "install"].includes(section)) {
      name = (field[1] ?? "").replaceAll("_", "-").toLowerCase();
      settings[name] = (field[2] ?? "").trim();
    } else if (/^\s/.test(line) && name) {
      settings[name] = `${settings[name] ?? ""} ${line.trim()}`.trim();
    }
  }
  return settings;
}

function pipFiles(env: NodeJS.ProcessEnv): readonly string[] {
  const home = homedir();
  const user = join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "pip/pip.conf");
  return ["/etc/pip.conf", join(home, ".pip/pip.conf"), user, env["PIP_CONFIG_FILE"] ?? ""];
}

/** npm's registry; nothing when npm is not there. */
export async function npmSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const options = { ...QUIETLY, cwd: "/" };
  const plain = Object.entries(env).filter(([name]) => !/^npm_config_/i.test(name));
  // Two files that are not there: npm refuses to read one file twice.
  const nothing = ["--userconfig=/nonexistent/user", "--globalconfig=/nonexistent/global"];
  const [own, standard] = await Promise.all([
    $({ ...options, env })`npm config get registry`,
    $({ ...options, env: Object.fromEntries(plain) })`npm config get registry ${nothing}`,
  ]);
  if (own.exitCode !== 0 || standard.exitCode !== 0) return {};
  const registry = own.stdout.trim();
  return registry === standard.stdout.trim() ? {} : public_({ registry }, ["registry"]);
}

/** How Go fetches modules: https://go.dev/ref/mod#environment-variables */
const GO_NAMES = ["GOPROXY", "GOSUMDB", "GONOPROXY", "GONOSUMDB", "GOPRIVATE", "GOINSECURE"];

/** Go's settings of how to fetch, from its own files when it is installed, else from the environment alone. */
export async function goSettings(env: NodeJS.ProcessEnv = process.env): Promise<Settings> {
  const options = { ...QUIETLY, cwd: "/" };
  const bare = Object.entries(env).filter(([name]) => !GO_NAMES.includes(name));
  const [own, standard] = await Promise.all([
    $({ ...options, env })`go env -json ${GO_NAMES}`,
    $({ ...options, env: { ...Object.fromEntries(bare), GOENV: "off" } })`go env -json ${GO_NAMES}`,
  ]);
  if (own.exitCode !== 0) {
    const set = Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1]));
    return public_(Object.fromEntries(set), GO_NAMES);
  }
  const usual = JSON.parse(standard.stdout) as Settings;
  const changed = Object.entries(JSON.parse(own.stdout) as Settings).filter(
    ([name, value]) => value !== usual[name],
  );
  return public_(Object.fromEntries(changed), GO_NAMES);
}

/** Those of `names`, in that order, less any that carries a password: a base image may travel. */
function public_(settings: Settings, names: readonly string[]): Settings {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = settings[name];
      return value && !/\/\/[^/\s,|]*@/.test(value) ? [[name, value]] : [];
    }),
  );
}
