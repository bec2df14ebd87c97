import type { Node, Tree } from "../tree/tree.ts";

/** A name that at least one of two file systems has. */
export type Pair = { readonly path: string } & (
  | { readonly before: Node; readonly after: Node }
  | { readonly before: Node; readonly after: null }
  | { readonly before: null; readonly after: Node }
);

/** Walks two file systems side by side: parents before their children, siblings in the order of code units. */
export function* together(a: Tree, b: Tree): Generator<Pair> {
  // An own stack: a hostile tree is deeper than JavaScript's.
  const open = [{ path: "", before: a.children, after: b.children, rest: names(a, b) }];
  for (;;) {
    const top = open.at(-1);
    if (top === undefined) return;
    const name = top.rest.pop();
    if (name === undefined) {
      open.pop();
      continue;
    }
    const path = `${top.path}/${name}`;
    const before = top.before?.get(name) ?? null;
    const after = top.after?.get(name) ?? null;
    yield { path, before, after } as Pair;
    if (before?.children || after?.children)
      open.push({
        path,
        before: before?.children ?? NONE,
        after: after?.children ?? NONE,
        rest: names(before, after),
      });
  }
}

const NONE: ReadonlyMap<string, Node> = new Map();

/** What either has, last first, to be taken from the end. */
function names(a: Node | null, b: Node | null): string[] {
  const ours = a?.children ?? NONE;
  const theirs = b?.children ?? NONE;
  const all = [...ours.keys()];
  for (const name of theirs.keys()) if (!ours.has(name)) all.push(name);
  return all.sort((x, y) => (x < y ? 1 : x > y ? -1 : 0));
}
