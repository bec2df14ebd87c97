import type Docker from "dockerode";
import { isOrphan, KEEP_LABEL, OWNER, OWNER_LABEL } from "./owner.ts";
import { gone } from "./refusal.ts";

/** What was removed, for a line to the user; all zero when nothing was left. */
export interface Swept {
  readonly containers: number;
  readonly images: number;
  readonly networks: number;
}

/**
 * Removes what runs that were killed left in the engine: everything with our label whose process no longer lives.
 * What other running checks own, and what `--keep` left on purpose, stays.
 */
export async function sweepOrphans(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels) => {
    const owner = labels[OWNER_LABEL];
    return owner !== undefined && !(KEEP_LABEL in labels) && isOrphan(owner);
  });
}

/** Removes all that this process still owns: the last step of a run, also of one that was interrupted. */
export async function sweepOwn(docker: Docker): Promise<Swept> {
  return await remove(docker, (labels) => labels[OWNER_LABEL] === OWNER && !(KEEP_LABEL in labels));
}

type Labels = Readonly<Record<string, string>>;

async function remove(docker: Docker, ours: (labels: Labels) => boolean): Promise<Swept> {
  const filters = JSON.stringify({ label: [OWNER_LABEL] });
  const containers = (await docker.listContainers({ all: true, filters })).filter((it) =>
    ours(it.Labels),
  );
  await Promise.all(
    containers.map((it) => gone(docker.getContainer(it.Id).remove({ force: true, v: true }))),
  );
  const [images, networks] = await Promise.all([
    docker.listImages({ filters }),
    docker.listNetworks({ filters }),
  ]);
  const ourImages = images.filter((it) => ours(it.Labels ?? {}));
  const ourNetworks = networks.filter((it) => ours(it.Labels ?? {}));
  await Promise.all([
    ...ourImages.map((it) => gone(docker.getImage(it.Id).remove({ force: true }))),
    ...ourNetworks.map((it) => gone(docker.getNetwork(it.Id).remove())),
  ]);
  return {
    containers: containers.length,
    images: ourImages.length,
    networks: ourNetworks.length,
  };
}
