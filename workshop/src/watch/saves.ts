import { join, relative, sep } from "node:path";
import { watch } from "chokidar";
import type { Desk } from "../desk/desk.ts";
import { STATE_FILE } from "../desk/state.ts";

/** How long a folder must be quiet before a save counts as over, milliseconds: editors write, rename and touch. */
const QUIET = 50;

export type Saved =
  /** Something in this exercise's folder. */
  | { readonly kind: "saved"; readonly exercise: string }
  /** The desk's state, perhaps by another runner. */
  | { readonly kind: "moved" };

/** What editors lay beside a file while they write it, and what a reset keeps. */
const PASSING = /(?:~|\.sw[a-z]|\.bak\d*|\.tmp|^4913|^#.*#|^\.#.*)$/;

/** Watches a desk until it is disposed; begins once the watcher is ready, so that no save after that is missed. */
export async function watchSaves(
  desk: Desk,
  onSaved: (saved: Saved) => void,
): Promise<AsyncDisposable> {
  const exercises = join(desk.folder, "exercises");
  const waiting = new Map<string, NodeJS.Timeout>();
  const watcher = watch([exercises, join(desk.folder, STATE_FILE)], {
    ignoreInitial: true,
    ignored: (path) => PASSING.test(path.slice(path.lastIndexOf(sep) + 1)),
  });
  watcher.on("all", (_, path) => {
    const [name] = relative(exercises, path).split(sep);
    const saved: Saved =
      !name || name === ".." ? { kind: "moved" } : { kind: "saved", exercise: name };
    const key = saved.kind === "moved" ? "" : saved.exercise;
    clearTimeout(waiting.get(key));
    waiting.set(
      key,
      setTimeout(() => onSaved(saved), QUIET),
    );
  });
  await new Promise<void>((resolve, reject) => {
    watcher.once("ready", resolve);
    watcher.once("error", reject);
  });
  watcher.on("error", () => {}); // a folder that goes away while it is looked at comes again, or is gone
  return {
    async [Symbol.asyncDispose]() {
      for (const timer of waiting.values()) clearTimeout(timer);
      await watcher.close();
    },
  };
}
