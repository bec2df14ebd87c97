/** What there is: the engine that answers, and what the private ones take up on disk. */
import { existsSync } from "node:fs";
import { cacheFolder, findEngine } from "slimproof";
import { $ } from "zx";
import { ask } from "./engine/ask.ts";
import { engineFolder, SUITES, type EngineFolder } from "./engine/folder.ts";
import { isUp } from "./engine/start.ts";

/** Label of a base image that stands in for an official one. */
const STAND_IN = "org.slimproof.stand-in";
/** Label of what the harness built on one, which has inherited the other. */
const BUILT = "org.slimproof.owner";

/** Lines for a person. */
export async function status(): Promise<readonly string[]> {
  const found = await findEngine();
  const lines = [
    found
      ? `Docker ${found.version} answers at ${found.host} (${found.sandbox ? `private, Debian ${found.sandbox}` : "not ours"})`
      : "no Docker engine answers",
  ];
  for (const suite of SUITES) {
    const engine = engineFolder(suite, cacheFolder());
    if (existsSync(engine.folder)) lines.push(...(await describe(engine)));
  }
  return lines;
}

/** The part of the engine API's ImageSummary that is used here. */
interface ListedImage {
  readonly RepoTags: readonly string[] | null;
  readonly Labels: Readonly<Record<string, string>> | null;
}

async function describe(engine: EngineFolder): Promise<string[]> {
  const up = await isUp(engine);
  const lines = [
    `private engine ${engine.suite}: ${up ? `up, ${engine.socket}` : "down"}`,
    `  root ${await size(engine.root)}, data ${await size(engine.data)}`,
  ];
  if (!up) return lines;
  const filter = encodeURIComponent(JSON.stringify({ label: [STAND_IN] }));
  const images = (await ask(engine.socket, `/images/json?filters=${filter}`)) as
    | readonly ListedImage[]
    | null;
  const tags = (images ?? [])
    .filter(({ Labels }) => !(BUILT in (Labels ?? {})))
    .flatMap(({ RepoTags }) => RepoTags ?? [])
    .sort();
  return [...lines, `  bases: ${tags.length > 0 ? tags.join(", ") : "none yet"}`];
}

/** Space on disk, e.g. `458 MB`. */
async function size(folder: string): Promise<string> {
  if (!existsSync(folder)) return "not there";
  const kilobytes = Number(
    (await $({ quiet: true, nothrow: true })`du -xsk ${folder}/`).stdout.split("\t")[0],
  );
  return `${Math.round((kilobytes * 1024) / 1e6)} MB`;
}
