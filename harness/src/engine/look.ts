import { pourable } from "../model/byte-stream.ts";
import { EngineError } from "../model/error.ts";
import type { ImageConfig } from "../model/image.ts";
import { socketClient, type Client } from "./client.ts";
import { chooseHost, socketOf } from "./connect.ts";
import { exportTree, inspectImage, saveImages } from "./images.ts";
import { isOrphan, KEEP_LABEL, OWNER_LABEL } from "./owner.ts";
import { gone, words } from "./refusal.ts";

/** What a look at images needs of an engine: nothing is built or run. */
export interface Look extends AsyncDisposable {
  /** An image given by reference, pulled when the engine lacks it. Throws InputError when it cannot be had. */
  config(ref: string): Promise<ImageConfig>;
  /** One tar archive of several images. A chunk of it holds until the next one is asked for. */
  save(ids: readonly string[], signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** The file system of an image as one tar, its layers merged; its chunks likewise. */
  tree(id: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/**
 * Opens the engine for a look. Behind a Unix socket only what that takes is loaded; an engine that is reached otherwise, or
 * that lacks an image, is opened as for a check.
 * @throws EngineError when no engine answers.
 */
export async function openLook(): Promise<Look> {
  const socket = socketOf(await chooseHost());
  if (socket === null) return await openWhole();
  const client = socketClient(socket);
  return {
    async config(ref) {
      const config = await inspectImage(client, ref);
      if (config) return config;
      await using engine = await openWhole();
      return await engine.config(ref);
    },
    save: (ids, signal) => saveImages(client, ids, signal),
    tree: (id, signal) =>
      pourable(async (take) => {
        await sweepContainers(client);
        await exportTree(client, id, signal).pour(take);
      }),
    async [Symbol.asyncDispose]() {}, // what was made for a stream is gone with it
  };
}

async function openWhole(): Promise<Look> {
  const { openEngine } = await import("./engine.ts");
  const engine = await openEngine(false);
  return {
    async config(ref) {
      const source = { kind: "image", image: ref, platform: null } as const;
      const { signal } = new AbortController();
      const options = { cache: true, keep: false, signal, onEvent: () => {} };
      return (await engine.image(source, options)).config;
    },
    save: engine.save,
    tree: engine.tree,
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

/** Containers that looks leave when they are killed: they never ran. All else is for `sweepOrphans`. */
async function sweepContainers(client: Client): Promise<void> {
  const filters = JSON.stringify({ label: [OWNER_LABEL], status: ["created"] });
  const all = await client.listContainers({ all: true, filters }).catch((error: unknown) => {
    throw new EngineError(`the engine does not tell what it holds: ${words(error)}`, {
      cause: error,
    });
  });
  const left = all.filter(
    ({ Labels: labels }) => isOrphan(labels[OWNER_LABEL] ?? "") && !(KEEP_LABEL in labels),
  );
  await Promise.all(
    left.map(({ Id: id }) => gone(client.getContainer(id).remove({ force: true, v: true }))),
  );
}
