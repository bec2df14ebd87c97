import type Docker from "dockerode";
import type { Network } from "../model/container.ts";
import { EngineError } from "../model/error.ts";
import { freshName, ourLabels } from "./owner.ts";
import { gone, words } from "./refusal.ts";

/**
 * A network of its own, in which the engine resolves the names of containers. With `keep` it stays, as its containers do.
 * @throws EngineError when the engine refuses.
 */
export async function createNetwork(docker: Docker, keep: boolean): Promise<Network> {
  const name = freshName();
  try {
    await docker.createNetwork({ Name: name, Driver: "bridge", Labels: ourLabels(keep) });
  } catch (error) {
    const text = words(error);
    // Docker's own pools hold about thirty networks.
    const remedy = /address pool/i.test(text)
      ? ": remove unused ones with `docker network prune`"
      : "";
    throw new EngineError(`the engine could not make a network: ${text}${remedy}`, {
      cause: error,
    });
  }
  return {
    name,
    async [Symbol.asyncDispose]() {
      if (!keep) await removeNetwork(docker, name);
    },
  };
}

/**
 * Removes a network, unless a container is still in it (403): then a later sweep does, which removes containers first.
 * @throws EngineError for any other refusal than that it is gone.
 */
export async function removeNetwork(docker: Docker, name: string): Promise<void> {
  const removal = docker.getNetwork(name).remove();
  await gone(
    removal.catch((error: unknown) => {
      if ((error as { statusCode?: number }).statusCode !== 403) throw error;
    }),
  );
}
