import type Docker from "dockerode";
import { EngineError } from "../model/error.ts";
import { removeNetwork } from "./networks.ts";
import { isOrphan, KEEP_LABEL, OWNER, OWNER_LABEL } from "./owner.ts";
import { gone, words } from "./refusal.ts";

/** What was removed, for a line to the user; all zero when nothing was left. */
export interface Swept {
  readonly containers: number;
  readonly images: number;
  readonly networks: number;
}

/**
 * Removes what runs that were killed left in the engine: everything with our label whose process no longer lives.
 * What other running checks own stays; so does what `--keep` left on purpose, though none of it goes on running.
 */
export async function sweepOrphans(docker: Docker): Promise<Swept> {
  return await sweep(docker, isOrphan);
}

/** The same for all that this process owns: the last step of a run, also of one that was interrupted. */
export async function sweepOwn(docker: Docker): Promise<Swept> {
  return await sweep(docker, (owner) => owner === OWNER);
}

type Labels = Readonly<Record<string, string>>;

async function sweep(docker: Docker, isMeant: (owner: string) => boolean): Promise<Swept> {
  const filters = JSON.stringify({ label: [OWNER_LABEL] });
  const meant = (labels: Labels | null | undefined): boolean =>
    isMeant(labels?.[OWNER_LABEL] ?? "");
  const removed = (it: { readonly Labels?: Labels | null | undefined }): boolean =>
    meant(it.Labels) && !(it.Labels && KEEP_LABEL in it.Labels);
  const all = await answer(docker.listContainers({ all: true, filters }));
  const containers = all.filter(removed);
  const kept = all.filter((it) => meant(it.Labels) && !removed(it) && it.State === "running");
  await Promise.all([
    ...containers.map((it) => gone(docker.getContainer(it.Id).remove({ force: true, v: true }))),
    ...kept.map((it) => gone(docker.getContainer(it.Id).kill())),
  ]);
  const [images, networks] = await Promise.all([
    answer(docker.listImages({ filters })).then((them) => them.filter(removed)),
    answer(docker.listNetworks({ filters })).then((them) => them.filter(removed)),
  ]);
  await Promise.all([
    ...images.map((it) => gone(docker.getImage(it.Id).remove({ force: true }))),
    ...networks.map((it) => removeNetwork(docker, it.Id)),
  ]);
  return { containers: containers.length, images: images.length, networks: networks.length };
}

async function answer<T>(asked: Promise<T>): Promise<T> {
  return await asked.catch((error: unknown) => {
    throw new EngineError(`the engine does not tell what it holds: ${words(error)}`, {
      cause: error,
    });
  });
}
