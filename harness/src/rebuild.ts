/**
 * How long a folder's images take to build again after no change, an edit of a source and one of a dependency list:
 * copy the folder, fill the cache, then edit and build, image by image in alternating order.
 */
import { openEngine } from "./engine/engine.ts";
import type { ChangeResult, RebuildProgress, RebuildResult } from "./model/rebuild.ts";
import { chooseList, chooseSource } from "./rebuild/choose.ts";
import { named, readContexts } from "./rebuild/contexts.ts";
import { findingsOf } from "./rebuild/findings.ts";
import { measure, measureEdits, warmUp, type Bench } from "./rebuild/rounds.ts";
import { loadSubject } from "./rebuild/subject.ts";
import { openWorkplace } from "./rebuild/workplace.ts";

export interface RebuildOptions {
  /** Builds of each image that count after each change. */
  readonly runs: number;
  /** The file of each kind of edit, from the current folder or from the contract's; null: chosen by what it is. */
  readonly source: string | null;
  readonly dependencies: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RebuildProgress) => void;
}

/** Five runs, files chosen, in at most two hours. */
export function rebuildDefaults(): RebuildOptions {
  return {
    runs: 5,
    source: null,
    dependencies: null,
    signal: AbortSignal.timeout(2 * 60 * 60_000),
    onProgress: () => {},
  };
}

/**
 * Measures a folder with a contract, or one that is a pair without one. The folder is not written to;
 * images and cache entries that the edits made are removed.
 * @throws InputError for what cannot be measured; BuildError when an image does not build; EngineError when no engine
 * answers or it fails on the way; the reason of `options.signal` when that was aborted.
 */
export async function measureRebuild(
  folder: string,
  options: RebuildOptions = rebuildDefaults(),
): Promise<RebuildResult> {
  const began = performance.now();
  const subject = await loadSubject(folder);
  await using engine = await openEngine(false);
  const context = await readContexts(engine, subject);
  const files = {
    source:
      (await named(options.source, subject, context)) ??
      chooseSource(context.candidates, context.commands),
    dependencies:
      (await named(options.dependencies, subject, context)) ?? chooseList(context.candidates),
  };
  await using workplace = await openWorkplace(subject.folder, context.kept);
  const { runs, signal, onProgress } = options;
  const bench: Bench = { engine, workplace, subject, runs, signal, onProgress };
  await warmUp(bench);
  const changes: readonly ChangeResult[] = [
    await measure(bench, "none", null),
    await measureEdits(bench, "source", files.source),
    await measureEdits(bench, "dependencies", files.dependencies),
  ];
  return {
    name: subject.name,
    folder,
    engine: { version: engine.version },
    baseline: subject.images[0]?.name ?? "",
    runs: options.runs,
    changes,
    findings: changes.flatMap(findingsOf),
    notes: subject.notes,
    seconds: (performance.now() - began) / 1000,
  };
}
