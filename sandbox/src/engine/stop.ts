/** Ends the private engine and everything that it left in the kernel. */
import { rm } from "node:fs/promises";
import { removeCgroups } from "./cgroups.ts";
import type { EngineFolder } from "./folder.ts";
import { removeNetwork } from "./network.ts";
import { isAlive, readPidFile, waitForEnd } from "./process.ts";

/** Time for containers to be stopped in an orderly way, milliseconds, before the kernel ends them all. */
const GRACE = 15_000;

/** Ends engine, containers, bridge and packet rules; data and root stay. True when an engine was running. */
export async function stopEngine(engine: EngineFolder): Promise<boolean> {
  const running = await endProcess(engine);
  await removeNetwork(engine);
  await removeCgroups(engine);
  await rm(engine.run, { recursive: true, force: true });
  return running;
}

/** Ends the engine's first process, with which its whole pid namespace and all of its mounts go. */
async function endProcess(engine: EngineFolder): Promise<boolean> {
  const engineProcess = await readPidFile(engine.pidFile);
  if (!engineProcess || !(await isAlive(engineProcess))) return false;
  process.kill(engineProcess.pid, "SIGTERM");
  if (await waitForEnd(engineProcess, GRACE)) return true;
  process.kill(engineProcess.pid, "SIGKILL");
  await waitForEnd(engineProcess, GRACE);
  return true;
}
