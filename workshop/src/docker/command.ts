/** The docker command, for what the harness does not do: bases of the course, a bundle, a look at a laptop. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder, dockerCommand as commandFile, EngineError, findEngine } from "slimproof";

/** The docker command, and what it has to be told to talk to the engine that judges. */
export interface DockerCommand {
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The docker command of the machine, else the one that came with the private engine; where the machine's cannot build
 * with BuildKit, with the plugin that came with that engine.
 * @throws EngineError when no engine answers.
 */
export async function dockerCommand(): Promise<DockerCommand> {
  const engine = await findEngine();
  if (!engine)
    throw new EngineError("no Docker engine answers: start Docker, or run `make engine` for one");
  const command = { file: commandFile(), env: { DOCKER_HOST: engine.host } };
  const own = join(cacheFolder(), "bin"); // where the sandbox puts both
  const hasPlugin = existsSync(join(own, "cli-plugins", "docker-buildx"));
  if (!hasPlugin || (await canBuild(command))) return command;
  return { ...command, env: { ...command.env, DOCKER_CONFIG: own } };
}

/** Whether the engine has an image of that name. */
export async function hasImage({ file, env }: DockerCommand, image: string): Promise<boolean> {
  const run = await execa(file, ["image", "inspect", "--format", "{{.Id}}", image], {
    env,
    reject: false,
    timeout: 30_000,
    stdin: "ignore",
  });
  return run.exitCode === 0;
}

/** Whether `docker build` knows all of today's Dockerfile: the command needs its plugin buildx for that. */
export async function canBuild({ file, env }: DockerCommand): Promise<boolean> {
  const run = await execa(file, ["buildx", "version"], {
    env,
    reject: false,
    timeout: 30_000,
    stdin: "ignore",
  });
  return run.exitCode === 0;
}
