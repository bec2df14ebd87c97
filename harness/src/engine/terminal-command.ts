import { homedir } from "node:os";
import { join } from "node:path";
import type { ContainerSpec, TerminalCommand } from "../model/container.ts";
import { cacheFolder } from "../model/cache-folder.js";
import type { Connection } from "./connect.ts";
import { endOf } from "./containers.ts";
import { dockerCommand } from "./docker-command.ts";
import { freshName, ourLabels } from "./owner.ts";
import { gone } from "./refusal.ts";

/**
 * `docker run -it` for a terminal of the caller's own. The container has a name, so that it can be asked how it ended
 * and removed also after the command was cut off (which leaves the container running).
 */
export function terminalCommand(
  { docker, host }: Connection,
  spec: ContainerSpec,
  keep: boolean,
): TerminalCommand {
  const name = freshName();
  return {
    file: dockerCommand(),
    args: ["run", "-it", "--name", name, ...options(spec, keep), spec.image, ...(spec.args ?? [])],
    // The user's config.json may put proxies into what `docker run` starts, and only there: all containers are to be alike.
    env: {
      DOCKER_HOST: host,
      DOCKER_CLI_HINTS: "false",
      DOCKER_CONFIG: NO_CONFIG,
      // Without a setting of their own, certificates are looked for where the config is.
      DOCKER_CERT_PATH: process.env["DOCKER_CERT_PATH"] ?? join(homedir(), ".docker"),
    },
    async end() {
      const container = docker.getContainer(name);
      try {
        const { State } = await container.inspect();
        return State.Running ? null : await endOf(container);
      } catch (error) {
        if ((error as { statusCode?: number }).statusCode !== 404) throw error;
        return { code: 125, oom: false, error: "docker run did not create a container" };
      }
    },
    async [Symbol.asyncDispose]() {
      const container = docker.getContainer(name);
      if (keep) await gone(container.kill());
      else await gone(container.remove({ force: true, v: true }));
    },
  };
}

/** A folder that is not there: the docker command then goes by its defaults. */
const NO_CONFIG = join(cacheFolder(), "no-docker-config");

function options(spec: ContainerSpec, keep: boolean): string[] {
  return [
    ...Object.entries(ourLabels(keep)).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...Object.entries(spec.env).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...(spec.user === null ? [] : ["--user", spec.user]),
    ...(spec.readOnly ? ["--read-only"] : []),
    ...spec.tmpfs.flatMap((path) => ["--tmpfs", path]),
    ...spec.mounts.flatMap(({ from, to }) => ["--volume", `${from}:${to}:ro`]),
    ...network(spec.network),
    `--memory=${spec.memory}`,
    `--memory-swap=${spec.memory}`,
    `--pids-limit=${spec.pids}`,
    "--log-driver=none",
    "--pull=never",
    // The default, ctrl-p ctrl-q, would swallow a ctrl-p that a probe presses.
    "--detach-keys=ctrl-_,ctrl-^,ctrl-_,ctrl-^,ctrl-_",
  ];
}

function network(of: ContainerSpec["network"]): string[] {
  if (of === "bridge") return [];
  if (of === "none") return ["--network", "none"];
  const alias = of.alias === null ? [] : ["--network-alias", of.alias];
  return ["--network", of.network, ...alias];
}
