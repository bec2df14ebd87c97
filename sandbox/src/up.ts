/** Finds the engine to be used, or starts the private one, and has the base images ready that a build will ask for. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  cacheFolder,
  findEngine,
  InputError,
  loadContract,
  readDockerfile,
  sandboxHost,
  type FoundEngine,
} from "slimproof";
import { engineFolder, SUITES, type Suite } from "./engine/folder.ts";
import { hostRelease, type Log } from "./engine/root.ts";
import { startEngine } from "./engine/start.ts";

/** Nothing can be started here: what to do about it is in the message. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

/** What SANDBOX_SUITE asks for, null when it is not set. */
export function wantedSuite(env: NodeJS.ProcessEnv = process.env): Suite | null {
  const name = env["SANDBOX_SUITE"];
  if (!name) return null;
  const suite = SUITES.find((known) => known === name);
  if (!suite) throw new SetupError(`SANDBOX_SUITE=${name} is not one of ${SUITES.join(", ")}`);
  return suite;
}

/**
 * The engine that answers, else a private one, started: of the suite that SANDBOX_SUITE asks for, else of the one
 * that runs already, else trixie.
 */
export async function ensureEngine(log: Log): Promise<FoundEngine> {
  const wanted = wantedSuite();
  const found = await findEngine();
  if (found && found.host !== sandboxHost()) return found;
  await refuseIfImpossible();
  const running = SUITES.find((suite) => suite === found?.sandbox);
  const host = await startEngine(
    engineFolder(wanted ?? running ?? "trixie", cacheFolder()),
    cacheFolder(),
    log,
  );
  if (found && found.sandbox === (wanted ?? running)) return found;
  process.env["DOCKER_HOST"] = host;
  const started = await findEngine();
  if (!started)
    throw new SetupError(`the private engine was started but does not answer at ${host}`);
  return started;
}

async function refuseIfImpossible(): Promise<void> {
  const { id } = await hostRelease();
  if (["debian", "ubuntu"].includes(id) && process.getuid?.() === 0) return;
  throw new SetupError(
    "no Docker engine answers: install and start Docker (https://docs.docker.com/engine/install/), or set DOCKER_HOST; " +
      "a private engine can be started only by root on Debian or Ubuntu",
  );
}

/** Images that the course makes itself, of Dockerfiles in workshop/bases; what those are built on is found there. */
const OF_THE_COURSE = /^workshop-/;

/** Has every image ready that a Dockerfile or a contract's services under `folders` name. An engine that is not ours pulls them. */
export async function ensureBasesFor(
  folders: readonly string[],
  engine: FoundEngine,
  log: Log,
): Promise<void> {
  if (engine.sandbox === null || folders.length === 0) return;
  const texts = await Promise.all(
    (await dockerfiles(folders)).map((file) => readFile(file, "utf8")),
  );
  const images = [...basesIn(texts), ...(await servicesIn(folders))];
  if (images.length === 0) return;
  // Loaded only here: a start without bases does not pay for it.
  const { ensureBases } = await import("./bases/index.ts");
  await ensureBases(images, engine.host, log);
}

/** The images that Dockerfiles of these texts are built on, each once, less those that the course makes. */
export function basesIn(texts: readonly string[]): readonly string[] {
  const images = new Set(texts.flatMap((text) => readDockerfile(text, {}).bases));
  return [...images].filter((image) => !OF_THE_COURSE.test(image));
}

/** The images of the services of every contract below the folders. What is wrong with a contract is told by its check. */
export async function servicesIn(folders: readonly string[]): Promise<readonly string[]> {
  const files = await filesBelow(folders, (name) => /^parity\.ya?ml$/.test(name));
  const images = files.map(async (file) => {
    try {
      return (await loadContract(file)).services.map(({ image }) => image);
    } catch (error) {
      if (error instanceof InputError) return [];
      throw error;
    }
  });
  return [...new Set((await Promise.all(images)).flat())];
}

/** Every Dockerfile at any depth below the folders, in order. */
export async function dockerfiles(folders: readonly string[]): Promise<string[]> {
  return await filesBelow(folders, isDockerfile);
}

async function filesBelow(
  folders: readonly string[],
  isMeant: (name: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const isFolder = await stat(folder).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (!isFolder)
      throw new SetupError(`${folder} is not a folder: --for takes folders that hold Dockerfiles`);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    found.push(
      ...entries
        .filter((entry) => entry.isFile() && isMeant(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .filter((path) => !/(^|\/)(node_modules|\.git)\//.test(path)),
    );
  }
  return found.sort();
}

function isDockerfile(name: string): boolean {
  return (
    /^(Dockerfile|Containerfile)(\.|$)|\.(dockerfile|containerfile)$/i.test(name) &&
    !name.endsWith(".dockerignore")
  );
}
