import type { BuildEvent } from "../engine/build-log.ts";
import type { ImageSource } from "../model/contract.ts";
import { BuildError } from "../model/error.ts";
import type { Image } from "../model/image.ts";
import type { Workplace } from "./workplace.ts";

/** One image of a contract: what it was to be made of, and what came of it. */
export interface Member {
  readonly name: string;
  readonly source: ImageSource;
  readonly image: Image | BuildError;
}

export type Built = Member & { readonly image: Image };

export function isBuilt(it: Member): it is Built {
  return !(it.image instanceof BuildError);
}

/** The same, of one that is asked for what only an image has. Throws the BuildError when there is none. */
export function builtOf(it: Member): Built {
  if (isBuilt(it)) return it;
  throw it.image;
}

/**
 * Builds an image of the contract `pair`, or finds it. That it cannot be built is a result.
 * @throws EngineError when the engine fails; InputError when it lacks an image given by reference; the signal's reason.
 */
export async function build(
  pair: string,
  { name, source }: Omit<Member, "image">,
  { engine, cache, keep, signal, onProgress }: Workplace,
): Promise<Member> {
  const told = { pair, image: name };
  try {
    const onEvent = (event: BuildEvent): void => onProgress({ ...told, kind: "build", event });
    const image = await engine.image(source, { cache, keep, signal, onEvent });
    onProgress({ ...told, kind: "built", seconds: image.buildSeconds });
    return { name, source, image };
  } catch (error) {
    if (error instanceof BuildError) return { name, source, image: error };
    throw error;
  }
}

/** `single` of Dockerfile.single. */
export function baselineName(source: ImageSource): string {
  const ending = source.kind === "build" ? /\.([^./]+)$/.exec(source.dockerfile)?.[1] : undefined;
  return ending ?? "baseline";
}
