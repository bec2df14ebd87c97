import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, normalize, relative } from "node:path";
import dockerignore from "@balena/dockerignore";

/**
 * The file that keeps others away from the builds of a Dockerfile, as a path from the context: the Dockerfile's own, beside
 * it (`Dockerfile.multi.dockerignore`), else `.dockerignore`, and never both; null without one.
 */
export async function ignoreFile(context: string, dockerfile: string): Promise<string | null> {
  for (const name of [`${normalize(dockerfile)}.dockerignore`, ".dockerignore"])
    if (await stat(join(context, name)).catch(() => null)) return name;
  return null;
}

/**
 * The files that a build is sent, as paths from its context: all but those that are kept away. Links and other things
 * that are no folders count as files.
 *
 * The Dockerfile is sent always, for the engine reads it there; then COPY finds it, too. `docker build` sends a Dockerfile
 * that is kept away apart from the context, over a session that an HTTP request with a tar archive does not have.
 */
export async function contextFiles(
  context: string,
  dockerfile: string,
): Promise<readonly string[]> {
  const entries = await readdir(context, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((it) => !it.isDirectory())
    .map((it) => relative(context, join(it.parentPath, it.name)));
  const ignoring = await ignoreFile(context, dockerfile);
  if (ignoring === null) return files;
  const text = await readFile(join(context, ignoring), "utf8");
  const rules = dockerignore.default({ ignorecase: false }).add(text);
  return [...new Set([...rules.filter(files), normalize(dockerfile)])];
}

/**
 * A view of Testcontainers' image client that sends a context as `docker build` does. Its own way takes this process's
 * umask off every mode, leaves the folders' modes out where files are kept away, and knows `.dockerignore` alone.
 */
export function sendAsDockerDoes<T extends object>(client: T): T {
  return Object.create(client, {
    createTarPackOptions: {
      value: async (context: string, dockerfile: string) => {
        const isWhole = (await ignoreFile(context, dockerfile)) === null;
        return {
          umask: 0,
          strict: false, // a fifo is left out, as a socket is
          ...(isWhole ? {} : { ignore: allBut(context, await contextFiles(context, dockerfile)) }),
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
