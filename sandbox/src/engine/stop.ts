/** Ends the private engine and everything that it left in the kernel. */
import { rm } from "node:fs/promises";
import { ask } from "./ask.ts";
import { removeCgroups } from "./cgroups.ts";
import type { EngineFolder } from "./folder.ts";
import { removeNetwork } from "./network.ts";
import { engineProcess, waitForEnd } from "./process.ts";

/** Time for dockerd to end in an orderly way, milliseconds, before the kernel ends it. */
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
  const first = await engineProcess(engine);
  if (!first) return false;
  await killContainers(engine);
  process.kill(first.pid, "SIGTERM");
  if (await waitForEnd(first, GRACE)) return true;
  process.kill(first.pid, "SIGKILL");
  if (await waitForEnd(first, GRACE)) return true;
  throw new Error(`process ${first.pid} of the private engine cannot be ended`);
}

/** Otherwise dockerd would give each of them its ten seconds. */
async function killContainers(engine: EngineFolder): Promise<void> {
  const running = (await ask(engine.socket, "/containers/json")) as
    | readonly { Id: string }[]
    | null;
  await Promise.all(
    (running ?? []).map(({ Id }) =>
      ask(engine.socket, `/containers/${Id}/kill`, { method: "POST" }),
    ),
  );
}
