/** The engine's control groups: an engine that was killed leaves its (empty) ones behind. */
import { readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { EngineFolder } from "./folder.ts";

const MOUNT = "/sys/fs/cgroup";

/** Value of dockerd's --cgroup-parent. */
export function cgroupParent(engine: EngineFolder): string {
  return `/slimproof-${engine.id}`;
}

/** Removes the engine's groups from every hierarchy (version 1 has one for each controller). */
export async function removeCgroups(engine: EngineFolder): Promise<void> {
  const controllers = await readdir(MOUNT).catch(() => []);
  for (const hierarchy of [MOUNT, ...controllers.map((name) => join(MOUNT, name))]) {
    await removeTree(join(hierarchy, cgroupParent(engine)));
  }
}

/** A group's files cannot be removed and go with it: only folders are, the deepest first. */
async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (!entries) return;
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder).catch(() => undefined);
}
