import type { Package } from "../../model/anatomy.ts";
import type { PackageDiff } from "../../model/image-diff.ts";

/**
 * What packages left, came, and changed their version. Both lists are sorted by kind, name and version, as `packageSurvey`
 * gives them, and so are the results. Of a package that is there several times, equal versions are matched first; what
 * then is left over on both sides changed its version.
 */
export function diffPackages(a: readonly Package[], b: readonly Package[]): PackageDiff {
  const left: Package[] = [];
  const came: Package[] = [];
  const changed: PackageDiff["changed"][number][] = [];
  let same = 0;
  const ours = Map.groupBy(a, keyOf);
  const theirs = Map.groupBy(b, keyOf);
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const unmatched = withoutEqual(ours.get(key) ?? [], theirs.get(key) ?? []);
    const pairs = Math.min(unmatched.before.length, unmatched.after.length);
    same += (ours.get(key)?.length ?? 0) - unmatched.before.length;
    for (const [at, from] of unmatched.before.slice(0, pairs).entries()) {
      const { kind, name, version } = from;
      changed.push({ kind, name, before: version, after: unmatched.after[at]?.version ?? "" });
    }
    for (const it of unmatched.before.slice(pairs)) left.push(it);
    for (const it of unmatched.after.slice(pairs)) came.push(it);
  }
  came.sort((x, y) => compare(x.kind, y.kind) || compare(x.name, y.name));
  changed.sort((x, y) => compare(x.kind, y.kind) || compare(x.name, y.name));
  return { left, came, changed, same };
}

function keyOf({ kind, name }: Package): string {
  return `${kind}\n${name}`;
}

/** What is left of two lists of one package, sorted by version, when equal versions are taken out in pairs. */
function withoutEqual(
  a: readonly Package[],
  b: readonly Package[],
): { readonly before: readonly Package[]; readonly after: readonly Package[] } {
  const before: Package[] = [];
  const after: Package[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [ours, theirs] = [a[i], b[j]];
    const order = !ours ? 1 : !theirs ? -1 : compare(ours.version, theirs.version);
    if (ours && order < 0) before.push(ours);
    if (theirs && order > 0) after.push(theirs);
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
  return { before, after };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
