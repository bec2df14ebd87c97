/** All that can be made. A new base image is a recipe here and nothing else. */
import { normalise } from "./reference.ts";
import { recipes as debian } from "./recipes/debian.ts";
import { recipes as distroless } from "./recipes/distroless.ts";
import { recipes as golang } from "./recipes/golang.ts";
import { recipes as node } from "./recipes/node.ts";
import { recipes as postgres } from "./recipes/postgres.ts";
import { recipes as python } from "./recipes/python.ts";
import { recipes as redis } from "./recipes/redis.ts";
import type { Recipe } from "./recipe.ts";

const RECIPES: readonly Recipe[] = [
  ...debian,
  ...golang,
  ...python,
  ...node,
  ...distroless,
  ...postgres,
  ...redis,
];

/** The recipe for an image, however its reference is spelt; null when there is none. */
export function recipeFor(reference: string): Recipe | null {
  const name = normalise(reference);
  return RECIPES.find(({ names }) => names.includes(name)) ?? null;
}

/** The own names of all images that can be made, further tags of them left out. */
export function standInNames(): readonly string[] {
  return RECIPES.map(({ names: [name = ""] }) => name.replace(/:latest$/, ""));
}
