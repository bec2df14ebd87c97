import { dirname, join, relative } from "node:path";

/** What Testcontainers hands to tar-fs: the files to send, or nothing for all of them. */
interface PackOptions {
  readonly entries?: readonly string[];
}

/** The part of Testcontainers' image client that chooses what is sent; its types do not show it. */
interface Packer {
  createTarPackOptions(context: string, dockerfile: string): Promise<PackOptions>;
  listContextEntries(context: string): Promise<readonly string[]>;
}

/**
 * The files that a build is sent, as paths from its context: all but those that .dockerignore keeps away. Links and
 * other things that are no folders count as files.
 * @throws EngineError when no engine answers.
 */
export async function contextFiles(
  context: string,
  dockerfile: string,
): Promise<readonly string[]> {
  const { getContainerRuntimeClient } = await import("testcontainers");
  const { image } = await getContainerRuntimeClient();
  const packer = image as unknown as Packer;
  const { entries } = await packer.createTarPackOptions(context, dockerfile);
  return entries ?? (await packer.listContextEntries(context));
}

/**
 * A view of Testcontainers' image client that sends a context as `docker build` does. Its own way takes this process's
 * umask off every mode, and with a .dockerignore it leaves the folders' modes out.
 */
export function sendAsDockerDoes<T extends object>(client: T): T {
  const packer = client as unknown as Packer;
  return Object.create(client, {
    createTarPackOptions: {
      value: async (context: string, dockerfile: string) => {
        const { entries } = await packer.createTarPackOptions(context, dockerfile);
        return {
          umask: 0,
          strict: false, // a fifo is left out, as a socket is
          ...(entries ? { ignore: allBut(context, entries) } : {}),
        };
      },
    },
  }) as T;
}

/** Tells for a path whether it is neither one of the entries nor a folder above one. */
function allBut(context: string, entries: readonly string[]): (path: string) => boolean {
  const kept = new Set<string>();
  for (const entry of entries)
    for (let path = join(entry); !kept.has(path) && path !== "."; path = dirname(path))
      kept.add(path);
  return (path) => !kept.has(relative(context, path));
}
