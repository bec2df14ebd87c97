import type { BuildStep } from "../model/rebuild.ts";
import type { Vertex } from "./trace.ts";

/** A step's name: `[PLATFORM STAGE  3/12] INSTRUCTION`, where platform and stage may be missing and the number is padded. */
export const STEP = /^\[(?:\S+\/\S+ )?(?:([^\s/]+) )? *\d+\/\d+\] (.*)$/s;

export interface Steps {
  see(vertex: Vertex): void;
  /** In the order in which they were first seen; a step that is still under way lasts as long as is known of it. */
  list(): readonly BuildStep[];
}

interface Seen {
  readonly last: Vertex;
  /** Beginning to end, milliseconds: BuildKit tells the same step several times, e.g. once while it looks for a cache. */
  readonly spans: Map<number, number>;
}

/** Gathers what BuildKit tells of each step, bit by bit, into one step each. */
export function openSteps(): Steps {
  const seen = new Map<string, Seen>();
  return {
    see(vertex) {
      const spans = seen.get(vertex.digest)?.spans ?? new Map<number, number>();
      if (vertex.started !== null)
        spans.set(vertex.started, vertex.completed ?? spans.get(vertex.started) ?? vertex.started);
      seen.set(vertex.digest, { last: vertex, spans });
    },
    list() {
      const digests = [...seen.keys()];
      return [...seen.values()].map(({ last, spans }): BuildStep => {
        const [, stage, instruction] = STEP.exec(last.name) ?? [];
        return {
          name: last.name,
          instruction: instruction ?? last.name,
          stage: stage ?? null,
          own: instruction === undefined,
          cached: last.cached,
          seconds: covered(spans) / 1000,
          inputs: last.inputs.map((it) => digests.indexOf(it)).filter((it) => it >= 0),
          span:
            spans.size === 0
              ? null
              : { from: Math.min(...spans.keys()), to: Math.max(...spans.values()) },
        };
      });
    },
  };
}

/** How long at least one of these spans lasted. */
function covered(spans: ReadonlyMap<number, number>): number {
  let sum = 0;
  let reached = -Infinity;
  for (const [from, to] of [...spans].toSorted(([one], [other]) => one - other)) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}
