/** Builds each image again and again, edit after edit. */
import { randomBytes } from "node:crypto";
import { join, relative } from "node:path";
import type { Engine } from "../engine/engine.ts";
import type {
  BuildStep,
  ChangeKind,
  ChangeResult,
  ImageRebuild,
  RebuildProgress,
  RebuildRun,
} from "../model/rebuild.ts";
import { spread } from "./spread.ts";
import type { BuildSource, RebuildSubject } from "./subject.ts";
import { counted, hasRun } from "./work.ts";
import type { Workplace } from "./workplace.ts";

export interface Bench {
  readonly engine: Engine;
  readonly workplace: Workplace;
  readonly subject: RebuildSubject;
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RebuildProgress) => void;
}

export async function measureEdits(
  bench: Bench,
  kind: "source" | "dependencies",
  file: string | null,
): Promise<ChangeResult> {
  if (file === null) {
    const missing = kind === "source" ? "no source file" : "no dependency list";
    return { kind, file, missing, images: [] };
  }
  return await measure(bench, kind, file);
}

/** Builds every image once as it is: what this leaves in the cache stays, and so do the images until the engine closes. */
export async function warmUp(bench: Bench): Promise<void> {
  for (const { name, source } of bench.subject.images) {
    bench.onProgress({ change: "none", image: name, run: 0, runs: bench.runs });
    await build(bench, source);
  }
}

/**
 * Rounds of one build of each image, in turn from the first and from the last, so that what drifts with time (clock
 * speed, disk) meets all of them alike. The round before the first does not count.
 */
export async function measure(
  bench: Bench,
  kind: ChangeKind,
  file: string | null,
): Promise<ChangeResult> {
  const { engine, workplace, subject } = bench;
  await using open = file === null ? null : await workplace.open(file);
  const images = subject.images.map((image, at) => ({ ...image, at, runs: [] as RebuildRun[] }));
  // No two builds share an edit: what is the same in two Dockerfiles would else be built for the first and cached for
  // the second. Nor do two measurements.
  const mark = randomBytes(6).toString("hex");
  const written: BuildStep[] = [];
  try {
    for (let run = 0; run <= bench.runs; run++)
      for (const image of run % 2 === 0 ? images : images.toReversed()) {
        bench.onProgress({ change: kind, image: image.name, run, runs: bench.runs });
        await open?.edit(`${mark}-${image.at}-${run}`);
        const { tag, ...built } = await build(bench, image.source);
        if (open) written.push(...built.steps.filter(hasRun));
        await engine.untag(tag);
        if (run > 0) image.runs.push(built);
      }
  } finally {
    // Nobody will need again what the edits left in the cache; where that cannot be removed, the engine's limits apply.
    await engine.forget(written).catch(() => {});
  }
  return { kind, file, missing: null, images: summed(images) };
}

async function build(
  { engine, workplace, subject, signal }: Bench,
  source: BuildSource,
): Promise<RebuildRun & { readonly tag: string }> {
  const context = join(workplace.folder, relative(subject.folder, source.context));
  const shownAs = relative(process.cwd(), join(source.context, source.dockerfile));
  return await engine.timeBuild(
    { ...source, context },
    { cache: true, keep: false, signal, onEvent: () => {}, shownAs },
  );
}

interface Built {
  readonly name: string;
  readonly runs: readonly RebuildRun[];
}

function summed(images: readonly Built[]): readonly ImageRebuild[] {
  const [baseline] = images.map(({ runs }) => spread(runs.map((it) => it.seconds)));
  return images.map(({ name, runs }, at): ImageRebuild => {
    const seconds = spread(runs.map((it) => it.seconds));
    const steps = runs.map((it) => counted(it.steps));
    return {
      image: name,
      runs,
      seconds,
      ratio: at === 0 || !baseline ? null : seconds.median / baseline.median,
      steps: Math.max(...steps.map((it) => it.length)),
      cached: Math.floor(spread(steps.map((it) => it.filter((one) => !hasRun(one)).length)).median),
    };
  });
}
