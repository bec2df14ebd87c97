/** The sandbox's commands; engine/ makes and keeps the engine, bases/ the images. This file: where all of it is kept. */
import { cacheFolder } from "slimproof";

/** Absolute path of the folder that keeps everything made, outside the checkout so that `git clean` keeps it. */
export function cacheRoot(): string {
  return cacheFolder();
}
