import { createHash } from "node:crypto";
import { posix } from "node:path";
import { pipeline } from "node:stream";
import { extract, type Header } from "tar-stream";
import type { Container } from "../model/container.ts";
import type { FilesProbe } from "../model/contract.ts";
import { EngineError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import { bounded, duration, LATE } from "./deadline.ts";

/** Most files, folders and links that are looked at under one path. */
const MOST_ENTRIES = 100_000;

/**
 * Looks at every file under the named paths of the running container. Facts: `files.PATH` for each, with lines for
 * kind, mode, owner, and SHA-256 and size or the link's target; `absent` for a named path that is not there.
 */
export async function files(
  probe: FilesProbe,
  container: Container,
  signal: AbortSignal,
): Promise<Observation> {
  const found: Found = new Map();
  const notes: string[] = [];
  for (const named of probe.paths) {
    const path = posix.resolve("/", named);
    const stop = new AbortController();
    const reading = read(container, path, AbortSignal.any([signal, stop.signal]));
    const under = await bounded(reading, probe.within, signal).finally(() => stop.abort());
    if (under === LATE) {
      // Which files were reached in time is chance: better none of them than some.
      found.set(path, "none (not read in time)");
      notes.push(`${probe.name}: ${path} could not be read within ${duration(probe.within)}`);
      continue;
    }
    for (const [file, value] of under ?? [[path, "absent"]]) found.set(file, value);
    if (under !== null && under.size >= MOST_ENTRIES)
      notes.push(`${probe.name}: only the first ${MOST_ENTRIES} files of ${path} were looked at`);
  }
  const facts = [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, value]) => ({ probe: probe.name, fact: `files.${path}`, value }));
  return { facts, unmet: [], notes };
}

type Found = Map<string, string>;

/** What is found under a path; null when nothing is there. */
async function read(
  container: Container,
  path: string,
  signal: AbortSignal,
): Promise<Found | null> {
  const archive = await container.archive(path);
  if (archive === null) return null;
  const tar = extract();
  pipeline(archive, tar, () => {}); // a failure of either comes out of the loop below
  const stop = (): void => void archive.destroy();
  signal.addEventListener("abort", stop, { once: true });
  const found: Found = new Map();
  // The archive of /app/static holds static/…
  const absolute = (name: string): string =>
    posix.join(posix.dirname(path), name).replace(/(?<=.)\/+$/, "");
  try {
    signal.throwIfAborted();
    for await (const entry of tar) {
      const { header } = entry;
      const hash = createHash("sha256");
      for await (const chunk of entry) hash.update(chunk as Buffer);
      // A second name of the same file is that file.
      const first = header.type === "link" ? found.get(absolute(header.linkname ?? "")) : undefined;
      found.set(absolute(header.name), first ?? describe(header, hash.digest("hex")));
      if (found.size >= MOST_ENTRIES) break;
    }
    return found;
  } catch (error) {
    signal.throwIfAborted();
    throw new EngineError(`the engine's archive of ${path} could not be read`, { cause: error });
  } finally {
    signal.removeEventListener("abort", stop);
    archive.destroy();
  }
}

const KINDS: Partial<Record<NonNullable<Header["type"]>, string>> = {
  "contiguous-file": "file",
  "character-device": "character device",
  "block-device": "block device",
  fifo: "named pipe",
  symlink: "link",
};

function describe(header: Header, sha256: string): string {
  const type = header.type ?? "file";
  const kind = KINDS[type] ?? type;
  const mode = ((header.mode ?? 0) & 0o7777).toString(8).padStart(4, "0");
  return [
    kind,
    ...(kind === "link" ? [] : [`mode ${mode}`]), // a link's own mode means nothing
    `owner ${header.uid ?? 0}:${header.gid ?? 0}`,
    ...(kind === "file" ? [`size ${header.size ?? 0}`, `sha256 ${sha256}`] : []),
    ...(kind === "link" ? [`target ${header.linkname ?? ""}`] : []),
    ...(kind.endsWith("device") ? [`device ${header.devmajor ?? 0}:${header.devminor ?? 0}`] : []),
  ].join("\n");
}
