/** Finished layers, kept as tars in the cache folder, so that each is made once however many engines come and go. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { seconds, type Log } from "../engine/root.ts";
import { chain, type Architecture, type Facts, type Layer, type Work } from "./recipe.ts";
import { changes, pack, snapshot, unpack } from "./tree.ts";

/** A command that is just being ended may still write into the folder: then it is tried again. */
const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

/** A layer that was made. */
export interface MadeLayer {
  readonly name: string;
  /** Path of its tar. */
  readonly file: string;
  /** `sha256:…` of the tar. */
  readonly digest: string;
  /** Length of the tar. */
  readonly bytes: number;
  readonly facts: Facts;
}

export interface Store {
  /** The layer, made unless it was made before. */
  readonly made: (layer: Layer) => Promise<MadeLayer>;
  /** Removes what was only needed while layers were made. */
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** This machine's architecture. Throws when stand-ins can't be made for it. */
export function architecture(machine: string = process.arch): Architecture {
  if (machine === "x64") return "amd64";
  if (machine === "arm64") return "arm64";
  throw new Error(`stand-ins are made on amd64 and arm64, not on ${machine}`);
}

/**
 * Opens the store in `folder`. Only one may be open at a time on a machine: what a killed one left half done is
 * removed. At most two layers are made at the same time.
 */
export async function openStore(folder: string, log: Log): Promise<Store> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (/^work-|\.part$/.test(name)) await rm(join(folder, name), REMOVAL);
  }
  const workshop = await mkdtemp(join(folder, "work-"));
  const known = new Map<Layer, Promise<MadeLayer>>();
  const keys = new Map<Layer, Promise<string>>();
  const turns = new Turns(2);

  /** What a layer is known by: a digest of all that goes into it. */
  function key(layer: Layer): Promise<string> {
    const promise = keys.get(layer) ?? digestOf(layer, key);
    keys.set(layer, promise);
    return promise;
  }

  async function provide(layer: Layer): Promise<MadeLayer> {
    const name = `${layer.name}-${(await key(layer)).slice(0, 16)}`;
    const file = join(folder, `${name}.tar`);
    const kept = await readKept(file);
    if (kept) return { name: layer.name, file, ...kept };
    await Promise.all([...chain(layer).slice(0, -1), ...(layer.needs ?? [])].map(made));
    return await turns.take(() => make(layer, file));
  }

  function made(layer: Layer): Promise<MadeLayer> {
    const promise = known.get(layer) ?? provide(layer);
    known.set(layer, promise);
    return promise;
  }

  async function open(layer: Layer | null): Promise<string> {
    const tree = await mkdtemp(join(workshop, "tree-"));
    const layers = await Promise.all((layer ? chain(layer) : []).map(made));
    await unpack(
      layers.map(({ file }) => file),
      tree,
    );
    return tree;
  }

  async function make(layer: Layer, file: string): Promise<MadeLayer> {
    const started = Date.now();
    log(`making the layer ${layer.name}`);
    const tree = await open(layer.on);
    const opened: string[] = [tree];
    const work: Work = {
      tree,
      architecture: architecture(),
      log,
      open: async (other) => {
        const folderOfOther = await open(other);
        opened.push(folderOfOther);
        return folderOfOther;
      },
    };
    const before = snapshot(tree);
    const facts = await layer.make(work);
    const part = `${file}.part`;
    const paths = changes(before, snapshot(tree));
    if (paths.length === 0) throw new Error(`the recipe of the layer ${layer.name} made nothing`);
    await pack(tree, paths, part);
    const hash = createHash("sha256");
    await pipeline(createReadStream(part, { highWaterMark: 1 << 20 }), hash);
    const digest = `sha256:${hash.digest("hex")}`;
    const { size: bytes } = await stat(part);
    await rename(part, file);
    // Written last: a tar without its facts was not finished.
    await writeFile(`${file}.json.part`, JSON.stringify({ digest, bytes, facts }));
    await rename(`${file}.json.part`, `${file}.json`);
    for (const used of opened) await rm(used, REMOVAL);
    log(`made the layer ${layer.name} (${Math.round(bytes / 1e6)} MB) in ${seconds(started)}`);
    return { name: layer.name, file, digest, bytes, facts };
  }

  return {
    made,
    [Symbol.asyncDispose]: () => rm(workshop, REMOVAL),
  };
}

async function digestOf(layer: Layer, key: (layer: Layer) => Promise<string>): Promise<string> {
  const others = [...(layer.on ? [layer.on] : []), ...(layer.needs ?? [])];
  const parts = [
    architecture(),
    layer.name,
    recipeText(layer),
    await layer.settings?.(),
    ...(await Promise.all(others.map(key))),
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The text of the file that describes it. */
export function recipeText(layer: Layer): string {
  return readFileSync(layer.source, "utf8");
}

/** What was noted beside a tar; null when it was not finished or is not the same any more. */
async function readKept(
  file: string,
): Promise<Pick<MadeLayer, "digest" | "bytes" | "facts"> | null> {
  const text = await readFile(`${file}.json`, "utf8").catch(() => null);
  if (text === null) return null;
  const kept = JSON.parse(text) as Pick<MadeLayer, "digest" | "bytes" | "facts">;
  const found = await stat(file).catch(() => null);
  return found?.size === kept.bytes ? kept : null;
}

/** Lets at most `count` bodies run at a time. */
class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take<T>(body: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free--;
    try {
      return await body();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
