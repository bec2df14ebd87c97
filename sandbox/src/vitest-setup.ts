/** Vitest's global set-up of the parity tests: an engine, and the base images of the apps and of the tests themselves. Both stay for the next run. */
import { delimiter, join } from "node:path";
import { cacheRoot } from "./cache.ts";
import { hostHasDocker } from "./engine/docker-command.ts";
import { commandFolder } from "./engine/folder.ts";
import { ensureBasesFor, ensureEngine } from "./up.ts";

/** Runs once before all parity tests; the workers inherit the environment. */
export async function setup(): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`sandbox: ${line}\n`);
  const engine = await ensureEngine(log);
  const root = join(import.meta.dirname, "../..");
  await ensureBasesFor(
    [join(root, "apps"), join(root, "corpus"), join(root, "harness/test")],
    engine,
    log,
  );
  process.env["DOCKER_HOST"] = engine.host;
  if (!hostHasDocker(commandFolder(cacheRoot()))) {
    process.env["PATH"] = `${process.env["PATH"] ?? ""}${delimiter}${commandFolder(cacheRoot())}`;
  }
}
