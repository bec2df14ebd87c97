/** What the engine takes over from the host: name resolution and trusted certificates. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineFolder } from "./folder.ts";
import { nameservers } from "./network.ts";
import type { Log } from "./root.ts";

/** Where systemd-resolved keeps the servers behind its own loopback address. */
const RESOLVED = "/run/systemd/resolve/resolv.conf";
const BUNDLE = "etc/ssl/certs/ca-certificates.crt";

/** Copies resolv.conf, hosts and the bundle of trusted certificates into the engine's root, as the host has them now. */
export async function lendHostSettings(engine: EngineFolder, log: Log): Promise<void> {
  const read = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
  const resolv = chooseResolv(await read("/etc/resolv.conf"), await read(RESOLVED));
  if (resolv.loopback) {
    log(
      "warning: the host's only nameserver is on its loopback, which containers cannot reach; Docker falls back to public ones",
    );
  }
  await update(join(engine.root, "etc/resolv.conf"), resolv.text);
  await update(join(engine.root, "etc/hosts"), await read("/etc/hosts"));
  await update(join(engine.root, BUNDLE), await read(join("/", BUNDLE)));
}

/** The resolv.conf that containers can use: the servers behind systemd-resolved when the host names only a loopback one. */
export function chooseResolv(
  host: string,
  resolved: string,
): { readonly text: string; readonly loopback: boolean } {
  const isLoopback = (text: string): boolean => {
    const servers = nameservers(text);
    return servers.length > 0 && servers.every((server) => server.startsWith("127."));
  };
  if (!isLoopback(host)) return { text: host, loopback: false };
  const usable = nameservers(resolved).length > 0 && !isLoopback(resolved);
  return usable ? { text: resolved, loopback: false } : { text: host, loopback: true };
}

/** Nothing to copy: what the root has stays. Written only when it differs, since the engine may be reading it. */
async function update(path: string, text: string): Promise<void> {
  if (text && text !== (await readFile(path, "utf8").catch(() => null)))
    await writeFile(path, text);
}
