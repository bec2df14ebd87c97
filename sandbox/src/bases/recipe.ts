/** What a recipe of a base image consists of: layers, shared where the official images share them, and a config. */
import type { Log } from "../engine/root.ts";

/** What was found out while a layer was made, e.g. `{ version: "3.13.5" }`; kept beside its tar. */
export type Facts = Readonly<Record<string, string>>;

/** The architectures that stand-ins are made for, in Debian's words. */
export type Architecture = "amd64" | "arm64";

/** The bench that a layer is made on. */
export interface Work {
  /** The folder whose changes become the layer: what it lies on, unpacked, or nothing. */
  readonly tree: string;
  readonly architecture: Architecture;
  /** Unpacks a layer named in `needs` (and all below it) into a fresh folder to work in, gone afterwards. */
  readonly open: (layer: Layer) => Promise<string>;
  readonly log: Log;
}

export interface Layer {
  /** Short, usable in a file's name, unique among all layers. */
  readonly name: string;
  /** The layer that it changes, or needs below it while it is made; null when it is made of itself. */
  readonly on: Layer | null;
  /** Layers that are opened while it is made, and are no part of it. */
  readonly needs?: readonly Layer[];
  /** The file that describes it (import.meta.filename): when its text changes, the layer is made anew. */
  readonly source: string;
  /** Settings of this machine that go into it: when they change, it is made anew. */
  readonly settings?: () => Promise<unknown>;
  readonly make: (work: Work) => Promise<Facts>;
}

/** The part of an image's config that Docker keeps under `config`. */
export interface Config {
  readonly Env: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  /** `{ "5432/tcp": {} }` */
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly StopSignal?: string;
}

export interface Recipe {
  /** Every name that it may truthfully bear, normalised; its own comes first. */
  readonly names: readonly string[];
  /** Lowest first. */
  readonly layers: readonly Layer[];
  /** What it is made from, to follow `NAME made from`. */
  readonly madeFrom: (facts: Facts) => string;
  readonly config: (facts: Facts) => Config;
}

/** The search path that Debian's and distroless' images set. */
export const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A layer and all that it was made on, lowest first. */
export function chain(layer: Layer): readonly Layer[] {
  return layer.on ? [...chain(layer.on), layer] : [layer];
}
