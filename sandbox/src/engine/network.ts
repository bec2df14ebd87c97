/** The engine's own bridge, addresses and three packet rules; Docker's own chains on the host are never touched. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { $ } from "zx";
import type { EngineFolder } from "./folder.ts";

export interface Network {
  /** At most 15 characters, the kernel's limit for a link's name. */
  readonly bridge: string;
  /** 10.N.0.0/16, of which the bridge has the first /24 and each further network one of the rest. */
  readonly pool: string;
  /** Of the host's way out: a larger packet inside the containers would be lost on it. */
  readonly mtu: number;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Turns `10.1.0.0/16` (or an address) into its first and last address as numbers. */
export function rangeOf(cidr: string): Range {
  const [address = "", bits = "32"] = cidr.split("/");
  const value = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1 };
}

/** The first pool at or after the one that `id` (hex digits) hashes to that overlaps none of `taken`. */
export function choosePool(id: string, taken: readonly string[]): string {
  const ranges = taken.map(rangeOf);
  for (let step = 0; step < 128; step++) {
    const pool = `10.${64 + ((Number.parseInt(id, 16) + step) % 128)}.0.0/16`;
    const { first, last } = rangeOf(pool);
    if (ranges.every((range) => range.last < first || range.first > last)) return pool;
  }
  throw new Error("no free 10.N.0.0/16 network is left on this machine for the private engine");
}

/** Destinations in the kernel's routing table (/proc/net/route, little-endian hex), the default route left out. */
export function routes(table: string): string[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.split("\t");
      if (!destination || !mask || Number.parseInt(mask, 16) === 0) return [];
      const bytes =
        destination
          .match(/../g)
          ?.reverse()
          .map((byte) => Number.parseInt(byte, 16)) ?? [];
      const bits = [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === "1").length;
      return [`${bytes.join(".")}/${bits}`];
    });
}

/** Nameservers of a resolv.conf, IPv4 only. */
export function nameservers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+([\d.]+)\s*$/gm)].map((match) => match[1] ?? "");
}

/** The interface of the default route in the kernel's routing table, null when there is none. */
export function defaultInterface(table: string): string | null {
  const line = table
    .split("\n")
    .find((text) => /^\S+\t0{8}\t\S+\t\S+\t\S+\t\S+\t\S+\t0{8}\t/.test(text));
  return line?.split("\t")[0] ?? null;
}

/** Sets up bridge, forwarding and rules. What an earlier engine left must have been removed. */
export async function createNetwork(engine: EngineFolder): Promise<Network> {
  const table = await readFile("/proc/net/route", "utf8");
  const resolv = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  const mtu = await readFile(`/sys/class/net/${defaultInterface(table)}/mtu`, "utf8").catch(
    () => "",
  );
  const bridge = bridgeName(engine);
  const pool = choosePool(engine.id, [...routes(table), ...nameservers(resolv)]);
  const tool = await tools(engine);
  await tool.ip("link", "add", bridge, "type", "bridge").catch((cause: unknown) => {
    const advice = "a container needs --privileged for a private engine";
    throw new Error(`${(cause as Error).message} (${advice})`, { cause });
  });
  await tool.ip("addr", "add", pool.replace(".0.0/16", ".0.1/24"), "dev", bridge);
  await tool.ip("link", "set", bridge, "up");
  const forward = "/proc/sys/net/ipv4/ip_forward";
  if ((await readFile(forward, "utf8")).trim() !== "1") await writeFile(forward, "1");
  for (const rule of rules(pool)) await tool.iptables(...rule("-I"));
  return { bridge, pool, mtu: Number(mtu) || 1500 };
}

/**
 * Takes down what `createNetwork` made, and the bridges of the networks that the engine's users made. The kernel is the
 * record of it: the bridge's address tells the pool. No error when there is nothing.
 */
export async function removeNetwork(engine: EngineFolder): Promise<void> {
  const bridge = bridgeName(engine);
  if (!existsSync(`/sys/class/net/${bridge}`)) return;
  const tool = await tools(engine);
  const links = JSON.parse(
    await tool.ip("-j", "-4", "addr", "show", "type", "bridge"),
  ) as readonly Link[];
  const addressOf = (link: Link | undefined): string => link?.addr_info?.[0]?.local ?? "";
  const gateway = addressOf(links.find((link) => link.ifname === bridge));
  const pool = gateway.replace(/\.0\.1$/, ".0.0/16");
  if (gateway !== pool) {
    for (const link of links) {
      const inPool = addressOf(link).startsWith(gateway.replace(/0\.1$/, ""));
      if (inPool && link.ifname && link.ifname !== bridge)
        await tool.ip("link", "del", link.ifname);
    }
    for (const rule of rules(pool)) {
      while (await tool.iptables(...rule("-C")).then(yes, no)) await tool.iptables(...rule("-D"));
    }
  }
  // Last, for without it nothing of the above would be found by another try.
  await tool.ip("link", "del", bridge);
}

/** What `ip -j addr` says of a link; it gives an empty object for each that the filter leaves out. */
interface Link {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local: string }[];
}

const yes = (): boolean => true;
const no = (): boolean => false;

function bridgeName(engine: EngineFolder): string {
  return `slimproof-${engine.id}`;
}

type Tool = (...arguments_: readonly string[]) => Promise<string>;

/** The root's own tools (a small host may lack them), or the host's when the root is gone; the older packet filter where the kernel has no newer one. */
async function tools(
  engine: EngineFolder,
): Promise<{ readonly ip: Tool; readonly iptables: Tool }> {
  const prefix = existsSync(engine.root) ? ["chroot", engine.root] : [];
  const run = async (...command: readonly string[]): Promise<string> => {
    const result = await $({ quiet: true, nothrow: true })`${[...prefix, ...command]}`;
    if (result.exitCode === 0) return result.stdout;
    throw new Error(
      `${command.join(" ")}: ${result.stderr.trim() || `exit code ${result.exitCode}`}`,
    );
  };
  const filter = await run("iptables", "-w", "-t", "nat", "-S", "POSTROUTING").then(
    () => "iptables",
    () => "iptables-legacy",
  );
  return { ip: (...rest) => run("ip", ...rest), iptables: (...rest) => run(filter, "-w", ...rest) };
}

function rules(pool: string): readonly ((action: "-I" | "-C" | "-D") => readonly string[])[] {
  const replies = ["-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED"];
  return [
    (action) => [
      "-t",
      "nat",
      action,
      "POSTROUTING",
      "-s",
      pool,
      "!",
      "-d",
      pool,
      "-j",
      "MASQUERADE",
    ],
    (action) => [action, "FORWARD", "-s", pool, "-j", "ACCEPT"],
    (action) => [action, "FORWARD", "-d", pool, ...replies, "-j", "ACCEPT"],
  ];
}
