/** What the steps of an image's builds did, taken together by instruction. Pure. */
import type { BuildStep, ImageRebuild } from "../model/rebuild.ts";
import { spread } from "./spread.ts";

/** All that one instruction did in an image's builds; an instruction that is there twice counts as one. */
export interface Work {
  readonly instruction: string;
  readonly own: boolean;
  /** Median of the runs, in seconds, of what ran. */
  readonly seconds: number;
  /** Whether it ran in most runs. */
  readonly ran: boolean;
  /** The instruction that took the edit in, after which this one had to run; null when it did that itself. */
  readonly because: string | null;
}

/** No step that makes a layer is faster: what BuildKit neither ran nor found in its cache, it tells of in microseconds. */
const LEAST = 0.001;

/** Whether a step did any work: cached ones did not, nor did those that nothing needed. */
export function hasRun(step: BuildStep): boolean {
  return !step.cached && step.seconds >= LEAST;
}

/** The steps that count: the Dockerfile's, without FROM, which only names a base. */
export function counted(steps: readonly BuildStep[]): readonly BuildStep[] {
  return steps.filter((it) => !it.own && !isFrom(it));
}

/** Of each instruction, and of each of the engine's own steps; FROM, which only names a base, is none. */
export function workOf({ runs }: ImageRebuild): readonly Work[] {
  const names = new Set(
    runs.flatMap(({ steps }) => steps.filter((it) => !isFrom(it)).map((it) => it.instruction)),
  );
  return [...names].map((instruction): Work => {
    const each = runs.map(({ steps }) => steps.filter((it) => it.instruction === instruction));
    const ran = each.filter((them) => them.some(hasRun));
    const because = runs.flatMap(({ steps }) => {
      const step = steps.find((it) => it.instruction === instruction && hasRun(it));
      return step && !step.own ? [causeOf(step, steps)] : [];
    });
    return {
      instruction,
      own: each.some(([first]) => first?.own),
      seconds: spread(
        each.map((them) => them.filter(hasRun).reduce((sum, it) => sum + it.seconds, 0)),
      ).median,
      ran: inMost(ran, runs),
      because: because.find((it) => it !== null && it !== instruction) ?? null,
    };
  });
}

/** The first of the steps before it that ran; itself when none did. */
function causeOf(step: BuildStep, steps: readonly BuildStep[]): string {
  const before = inputsOf(step, steps).find(hasRun);
  return before ? causeOf(before, steps) : step.instruction;
}

/** Whether these are more than half. */
export function inMost(some: readonly unknown[], all: readonly unknown[]): boolean {
  return some.length * 2 > all.length;
}

/** Whether a step runs before it, of those it takes from. */
export function ranBefore(step: BuildStep, steps: readonly BuildStep[]): boolean {
  return inputsOf(step, steps).some((it) => hasRun(it) || ranBefore(it, steps));
}

function inputsOf(step: BuildStep, steps: readonly BuildStep[]): readonly BuildStep[] {
  return step.inputs.flatMap((at) => steps[at] ?? []).filter((it) => !it.own && !isFrom(it));
}

function isFrom({ own, instruction }: BuildStep): boolean {
  return !own && /^FROM\b/i.test(instruction);
}
