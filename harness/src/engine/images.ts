import type Docker from "dockerode";
import { pour, pourable, type ByteStream } from "../model/byte-stream.ts";
import { EngineError, InputError } from "../model/error.ts";
import { imageConfig, type StoredConfig } from "../model/image-config.ts";
import type { Image, ImageConfig } from "../model/image.ts";
import type { Client } from "./client.ts";
import type { Connection } from "./connect.ts";
import { download } from "./download.ts";
import { freshName, ourLabels } from "./owner.ts";
import { gone, words } from "./refusal.ts";

/** Label of a base image that stands in for an official one; inherited by what is built on it. */
export const STAND_IN_LABEL = "org.slimproof.stand-in";

/**
 * The config of an image that the engine has, null when it has none of that name.
 * @throws EngineError when the engine does not tell.
 */
export async function inspectImage(
  docker: Pick<Client, "getImage">,
  ref: string,
): Promise<ImageConfig | null> {
  try {
    return configOf((await docker.getImage(ref).inspect()) as Inspected);
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw new EngineError(`image ${ref} could not be read: ${words(error)}`, { cause: error });
  }
}

/**
 * An image given by reference, ready to be driven; pulled when the engine lacks it, as `docker run` does. Its id is what
 * is run, so that a moving tag changes nothing.
 * @throws InputError when the engine neither has it nor can pull it.
 */
export async function openImage(
  { docker, sandbox }: Connection,
  ref: string,
  platform: string | null,
): Promise<Image> {
  let config = await inspectImage(docker, ref);
  if (!config && sandbox === null) {
    await pull(docker, ref, platform);
    config = await inspectImage(docker, ref);
  }
  // The private engine reaches no registry: what it is asked for has to be built in it.
  if (!config) throw new InputError(`image ${ref} is not in the engine: build it first`);
  return { ref: config.id, config, ownEnv: [], standIns: standInsOf([config]), buildSeconds: null };
}

async function pull(docker: Docker, ref: string, platform: string | null): Promise<void> {
  try {
    const progress = await docker.pull(ref, platform === null ? {} : { platform });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    throw new InputError(
      `image ${ref} is not in the engine and cannot be pulled (${words(error)}): check the name and the network, or \`docker login\``,
      { cause: error },
    );
  }
}

/** What stood in for official images among these, one line each, sorted. */
export function standInsOf(configs: readonly ImageConfig[]): readonly string[] {
  const lines = configs
    .map((config) => config.labels[STAND_IN_LABEL])
    .filter((it) => it !== undefined);
  return [...new Set(lines)].sort();
}

/**
 * One archive of several images, as `docker save A B` writes it: layers that they share come once. A chunk holds until the
 * next one is asked for.
 */
export async function saveImages(
  docker: Pick<Client, "modem">,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const names = ids.map((id) => `names=${encodeURIComponent(id)}`).join("&");
  try {
    return await download(docker, `/images/get?${names}`, signal);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(`the image could not be read: ${error.message}`, { cause: error });
  }
}

/**
 * The file system of an image as one tar, layers merged, as `docker export` writes it: the container that is made for
 * it never runs, and is gone when the stream was read or let go. A piece holds until the next one is asked for.
 */
export function exportTree(
  docker: Pick<Client, "modem" | "createContainer">,
  id: string,
  signal?: AbortSignal,
): ByteStream {
  return pourable(async (take) => {
    const container = await docker
      .createContainer({
        name: freshName(),
        Image: id,
        Cmd: ["/"], // an image without a command has containers all the same, once it is given one
        Labels: ourLabels(false),
        HostConfig: { NetworkMode: "none" },
      })
      .catch((error: unknown) => {
        throw new EngineError(
          `the engine refused to create a container of ${id}: ${words(error)}`,
          { cause: error },
        );
      });
    try {
      await pour(await download(docker, `/containers/${container.id}/export`, signal), take);
    } finally {
      await gone(container.remove({ force: true, v: true }));
    }
  });
}

function configOf(it: Inspected): ImageConfig {
  return imageConfig(
    it.Id,
    [it.Os, it.Architecture, it.Variant],
    it.RootFS.Layers ?? [],
    it.Config as StoredConfig,
  );
}

type Inspected = Docker.ImageInspectInfo & { Variant?: string };
