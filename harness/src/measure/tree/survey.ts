import { walk, type Node, type Tree } from "./tree.ts";

/** Looks at all names of a tree, in the order of `walk`, and tells at the end what it found. */
export interface Survey<T> {
  look(path: string, node: Node): void;
  result(): T;
}

/** What one survey finds in a tree. Throws what the survey does. */
export function surveyed<T>(tree: Tree, begin: (tree: Tree) => Survey<T>): T {
  const survey = begin(tree);
  lookAround(tree, [survey]);
  return survey.result();
}

/** Shows a tree to several surveys in one walk: to make the paths, and to make them flat for patterns, is half of what each takes. */
export function lookAround(tree: Tree, surveys: readonly Survey<unknown>[]): void {
  for (const { path, node } of walk(tree))
    for (let at = 0; at < surveys.length; at++) surveys[at]?.look(path, node);
}
