/** The engine's own bridge, addresses and three packet rules; Docker's own chains on the host are never touched. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import type { EngineFolder } from "./folder.ts";

export interface Network {
  /** At most 15 characters, the kernel's limit for a link's name. */
  readonly bridge: string;
  /** 10.N.0.0/16, of which the bridge has the first /24 and each further network one of the rest. */
  readonly pool: string;
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
      const bytes = destination.match(/../g)?.reverse().map((byte) => Number.parseInt(byte, 16)) ?? [];
      const bits = [...Number.parseInt(mask, 16).toString(2)].filter((bit) => bit === "1").length;
      return [`${bytes.join(".")}/${bits}`];
    });
}

/** Nameservers of a resolv.conf, IPv4 only. */
export function nameservers(text: string): string[] {
  return [...text.matchAll(/^\s*nameserver\s+([\d.]+)\s*$/gm)].map((match) => match[1] ?? "");
}

/** Sets up bridge, forwarding and rules, from a clean slate. */
export async function createNetwork(engine: EngineFolder): Promise<Network> {
  await removeNetwork(engine);
  const resolv = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  const taken = [...routes(await readFile("/proc/net/route", "utf8")), ...nameservers(resolv)];
  const network = { bridge: `slimproof-${engine.id}`, pool: choosePool(engine.id, taken) };
  await writeFile(file(engine), JSON.stringify(network));
  const gateway = network.pool.replace(".0.0/16", ".0.1/24");
  const run = inRoot(engine);
  await run`ip link add ${network.bridge} type bridge`;
  await run`ip addr add ${gateway} dev ${network.bridge}`;
  await run`ip link set ${network.bridge} up`;
  await writeFile("/proc/sys/net/ipv4/ip_forward", "1");
  for (const rule of rules(network.pool)) await run`iptables ${rule("-I")}`;
  return network;
}

/** Takes down what `createNetwork` made, and the bridges of the networks that the engine's users made; no error when there is none. */
export async function removeNetwork(engine: EngineFolder): Promise<void> {
  const text = await readFile(file(engine), "utf8").catch(() => null);
  if (text === null) return;
  const network = JSON.parse(text) as Network;
  const run = inRoot(engine);
  const links = JSON.parse((await run`ip -j addr show type bridge`).stdout || "[]") as readonly {
    readonly ifname: string;
    readonly addr_info: readonly { readonly local: string }[];
  }[];
  const pool = rangeOf(network.pool);
  for (const link of links) {
    const ours = link.addr_info.some(({ local }) => {
      const { first } = rangeOf(local);
      return first >= pool.first && first <= pool.last;
    });
    if (ours || link.ifname === network.bridge) await run`ip link del ${link.ifname}`.nothrow();
  }
  for (const rule of rules(network.pool)) {
    while ((await run`iptables ${rule("-D")}`.nothrow()).exitCode === 0);
  }
  await rm(file(engine), { force: true });
}

function file(engine: EngineFolder): string {
  return join(engine.folder, "network.json");
}

/** The root's own tools, since a small host may lack them. */
function inRoot(engine: EngineFolder): typeof $ {
  return $({ quiet: true, prefix: `set -e; chroot ${JSON.stringify(engine.root)} ` });
}

function rules(pool: string): readonly ((action: "-I" | "-D") => readonly string[])[] {
  return [
    (action) => ["-w", "-t", "nat", action, "POSTROUTING", "-s", pool, "!", "-d", pool, "-j", "MASQUERADE"],
    (action) => ["-w", action, "FORWARD", "-s", pool, "-j", "ACCEPT"],
    (action) => ["-w", action, "FORWARD", "-d", pool, "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT"],
  ];
}
