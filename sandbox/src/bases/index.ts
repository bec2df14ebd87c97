/**
 * Stand-ins for official base images, made from package registries for a private engine that reaches no image registry.
 * Nothing here starts an engine, and none of it is for an engine that somebody else owns.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder, EngineError, InputError } from "slimproof";
import { withLock } from "../engine/process.ts";
import { seconds, type Log } from "../engine/root.ts";
import { composeArchive, type ImagePlan } from "./archive.ts";
import { recipeFor, standInNames } from "./catalogue.ts";
import { loadArchive, namedImages, RECIPE, STAND_IN } from "./load.ts";
import type { Recipe } from "./recipe.ts";
import { normalise } from "./reference.ts";
import { architecture, openStore, recipeText, type Store } from "./store.ts";

export { recipeFor, standInNames } from "./catalogue.ts";

/**
 * Has the images of those references (of FROM lines) in the private engine at `host` (`unix://…`): what it lacks, or has
 * from an older recipe, is made, once for all engines of this cache folder. Throws an InputError for an image that it
 * neither has nor can be given, an EngineError when the engine does not answer.
 */
export async function ensureBases(
  references: readonly string[],
  host: string,
  log: Log,
): Promise<void> {
  const names = [...new Set(references.map(normalise))].filter((name) => name !== "scratch:latest");
  const socket = socketOf(host);
  if ((await lacking(names, socket)).size === 0) return;
  const folder = join(cacheFolder(), "bases");
  await withLock(
    `slimproof-bases-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`,
    () => log("waiting for another run that makes base images"),
    async () => {
      // The other run may have made what this one came for.
      const recipes = await lacking(names, socket);
      if (recipes.size > 0) await provide([...recipes], folder, socket, log);
    },
  );
}

async function provide(
  recipes: readonly Recipe[],
  folder: string,
  socket: string,
  log: Log,
): Promise<void> {
  const started = Date.now();
  // What is made must be readable by every user of an image, whatever files the caller makes.
  const mask = process.umask(0o022);
  try {
    await using store = await openStore(folder, log);
    const images = await Promise.all(recipes.map((recipe) => plan(recipe, store)));
    await loadArchive(socket, composeArchive(images, architecture()));
  } finally {
    process.umask(mask);
  }
  const names = recipes.map((recipe) => recipe.names[0]);
  log(`${names.join(", ")}: stand-ins ready after ${seconds(started)}`);
}

async function plan(recipe: Recipe, store: Store): Promise<ImagePlan> {
  const layers = await Promise.all(recipe.layers.map(store.made));
  const facts = Object.assign({}, ...layers.map((layer) => layer.facts)) as Record<string, string>;
  const standIn = `${recipe.names[0]?.replace(/:latest$/, "")} made from ${recipe.madeFrom(facts)}`;
  const Labels = { [STAND_IN]: standIn, [RECIPE]: recipeDigest(recipe) };
  return { names: recipe.names, layers, config: { ...recipe.config(facts), Labels } };
}

/** The recipes of those images that the engine lacks or has from another recipe. Images that are no stand-ins count as had. */
async function lacking(names: readonly string[], socket: string): Promise<ReadonlySet<Recipe>> {
  const images = await namedImages(socket);
  const recipes = new Set<Recipe>();
  for (const name of names) {
    const labels = images.get(name);
    const recipe = recipeFor(name);
    if (!labels && !recipe) throw unknown(name);
    const isOlder =
      labels?.[RECIPE] !== undefined && recipe && labels[RECIPE] !== recipeDigest(recipe);
    if (recipe && (!labels || isOlder)) recipes.add(recipe);
  }
  return recipes;
}

/** Known without looking at this machine's settings, so that it is quick to compare. */
function recipeDigest(recipe: Recipe): string {
  const texts = recipe.layers.map(recipeText);
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
}

function unknown(name: string): InputError {
  return new InputError(
    `no stand-in can be made for the image ${name}: take one of ${standInNames().join(", ")}, ` +
      "or use a Docker engine that reaches a registry (set DOCKER_HOST)",
  );
}

function socketOf(host: string): string {
  if (host.startsWith("unix://")) return host.slice("unix://".length);
  throw new EngineError(`stand-ins go into a private engine on a unix socket, not into ${host}`);
}
