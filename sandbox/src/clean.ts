/** Takes down and removes what the sandbox made, and nothing else. */
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "slimproof";
import { engineFolder, stableSocket, SUITES } from "./engine/folder.ts";
import { seconds, type Log } from "./engine/root.ts";
import { stopEngine } from "./engine/stop.ts";

/** What the sandbox, and the harness (`layers`, sizes measured), keep in the cache folder; all else there is somebody else's. */
const OURS = ["bases", "bin", "engine", "layers"];

/** Stops every private engine of this cache folder. Their images and roots stay for the next start. */
export async function stopAll(log: Log): Promise<void> {
  let stopped = 0;
  for (const suite of SUITES) {
    const started = Date.now();
    if (!(await stopEngine(engineFolder(suite, cacheFolder())))) continue;
    stopped++;
    log(`stopped the private engine (Debian ${suite}) in ${seconds(started)}`);
  }
  await rm(stableSocket(cacheFolder()), { force: true });
  if (stopped === 0) log("no private engine was running");
}

/** Stops the engines and removes them with all of their images, the cached bases and toolchains. */
export async function clean(log: Log): Promise<void> {
  await stopAll(log);
  const cache = cacheFolder();
  for (const name of OURS) await rm(join(cache, name), { recursive: true, force: true });
  // What somebody else keeps in there stays.
  await rmdir(cache).catch(() => undefined);
  log(`removed all that was made in ${cache}`);
}
