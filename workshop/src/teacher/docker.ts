import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheFolder, EngineError, findEngine } from "slimproof";

/** The docker command, and what it has to be told to talk to the engine that judges. */
export interface DockerCommand {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The docker command of the machine, else the one that came with the private engine.
 * @throws EngineError when no engine answers.
 */
export async function dockerCommand(): Promise<DockerCommand> {
  const engine = await findEngine();
  if (!engine)
    throw new EngineError("no Docker engine answers: start Docker, or run `make engine` for one");
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const isThere = folders.some((it) => existsSync(join(it, "docker")));
  const file = isThere ? "docker" : join(cacheFolder(), "bin", "docker");
  return { file, env: { DOCKER_HOST: engine.host } };
}
