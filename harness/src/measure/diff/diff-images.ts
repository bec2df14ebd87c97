import type { ConfigChange, ImageDiff } from "../../model/image-diff.ts";
import type { ImageConfig } from "../../model/image.ts";
import type { Inspection } from "../../model/inspection.ts";
import type { Tree } from "../tree/tree.ts";
import { diffPackages } from "./diff-packages.ts";
import { diffTrees } from "./diff-trees.ts";

/** An image as it was inspected, with its final file system. */
interface Subject {
  readonly inspection: Inspection;
  readonly tree: Tree;
}

/** All in which `candidate` differs from `baseline`. */
export function diffImages(baseline: Subject, candidate: Subject): ImageDiff {
  const [ours, theirs] = [baseline.inspection, candidate.inspection];
  return {
    baseline: ours,
    candidate: theirs,
    config: diffConfigs(ours.config, theirs.config),
    files: diffTrees(baseline.tree, candidate.tree),
    packages: diffPackages(ours.anatomy.packages, theirs.anatomy.packages),
  };
}

function diffConfigs(a: ImageConfig, b: ImageConfig): readonly ConfigChange[] {
  const [ours, theirs] = [entriesOf(a), entriesOf(b)];
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .sort()
    .map((name) => ({ name, before: ours.get(name) ?? null, after: theirs.get(name) ?? null }))
    .filter(({ before, after }) => before !== after);
}

/** What a config says, as text; what it leaves out is not among it. */
function entriesOf(config: ImageConfig): ReadonlyMap<string, string> {
  const list = (words: readonly string[] | null): string | null =>
    words === null || words.length === 0 ? null : JSON.stringify(words);
  const entries: [string, string | null][] = [
    ["entrypoint", list(config.entrypoint)],
    ["cmd", list(config.cmd)],
    ["workdir", config.workdir],
    ["user", config.user || null],
    ["ports", list(config.ports)],
    ["volumes", list(config.volumes)],
    ["stopsignal", config.stopsignal],
    ["healthcheck", config.healthcheck],
    ["platform", config.platform],
    ...prefixed("env", config.env),
    ...prefixed("label", config.labels),
  ];
  return new Map(entries.filter((it): it is [string, string] => it[1] !== null));
}

function prefixed(kind: string, values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).map(([name, value]) => [`${kind}.${name}`, value]);
}
