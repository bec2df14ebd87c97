/** Vitest's global set-up of the parity tests: an engine, and the base images of the apps and of the tests themselves. Both stay for the next run. */
import { delimiter, join } from "node:path";
import { cacheFolder } from "slimproof";
import { hostHasDocker } from "./engine/docker-command.ts";
import { commandFolder } from "./engine/folder.ts";
import { ensureBasesFor, ensureEngine } from "./up.ts";

/** Runs once before all parity tests; the workers inherit the environment. */
export async function setup(): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`sandbox: ${line}\n`);
  const engine = await ensureEngine(log);
  const root = join(import.meta.dirname, "../..");
  const folders = ["apps", "corpus", "harness/test", "workshop"].map((name) => join(root, name));
  await ensureBasesFor(folders, engine, log);
  process.env["DOCKER_HOST"] = engine.host;
  if (!hostHasDocker(commandFolder(cacheFolder()))) {
    process.env["PATH"] = `${process.env["PATH"] ?? ""}${delimiter}${commandFolder(cacheFolder())}`;
  }
}
