/**
 * Watch mode: an exercise is judged whenever it is saved, and keys do the rest. Effects live here; what is shown is made
 * in screen/.
 * This file: one check at a time. A newer one ends the one under way, and each judge is kept while its exercise is open.
 */
import type { Exercise } from "../course/exercise.ts";
import { fingerprint } from "../desk/files.ts";
import type { Outcome } from "../judge/outcome.ts";
import type { Judge } from "../judge/judge.ts";

/** What a judge is at, and the bytes of the learner's image as far as they are known. */
export type Step = Parameters<Parameters<Judge["judge"]>[0]["onProgress"]>[0];

export type OpenJudge = (
  exercise: Exercise,
  folder: string,
  options: { readonly signal: AbortSignal },
) => Promise<Judge>;

/** What is told of the check with this number. */
export type CheckEvent = { readonly of: number } & (
  | { readonly kind: "step"; readonly step: Step }
  /** What a first run found, which more runs are to confirm. */
  | { readonly kind: "likely"; readonly outcome: Outcome; readonly seconds: number }
  | {
      readonly kind: "verdict";
      readonly outcome: Outcome;
      readonly seconds: number;
      /** Of the files as they were when the check began. */
      readonly fingerprint: string;
    }
  | { readonly kind: "broke"; readonly error: unknown }
);

export interface Checker extends AsyncDisposable {
  /** Begins a check, ends any other, and returns its number. */
  start(exercise: Exercise, folder: string): number;
  /** Ends the check under way, if there is one; its events still come and carry its number. */
  stop(): void;
}

interface Held {
  readonly name: string;
  readonly judge: Judge;
}

/** Where the events of checks go is the caller's affair. Disposing waits until all is taken down. */
export function openChecker(openJudge: OpenJudge, onEvent: (event: CheckEvent) => void): Checker {
  let held: Held | null = null;
  /** Ends the judge of the exercise that is open, and what it is starting. */
  let life = new AbortController();
  let open: string | null = null;
  let number = 0;
  let abort = new AbortController();
  let ended: Promise<void> = Promise.resolve();

  const judgeFor = async (exercise: Exercise, folder: string): Promise<Judge> => {
    if (held?.name === exercise.name) return held.judge;
    await release();
    const judge = await openJudge(exercise, folder, { signal: life.signal });
    held = { name: exercise.name, judge };
    return judge;
  };
  const release = async (): Promise<void> => {
    const before = held;
    held = null;
    await before?.judge[Symbol.asyncDispose]();
  };
  const work = async (
    of: number,
    exercise: Exercise,
    folder: string,
    signal: AbortSignal,
  ): Promise<void> => {
    if (signal.aborted) return;
    const began = performance.now();
    try {
      const judge = await judgeFor(exercise, folder);
      if (signal.aborted) return;
      const print = await fingerprint(exercise, folder);
      const onProgress = (step: Step): void => onEvent({ of, kind: "step", step });
      const passed = (): number => (performance.now() - began) / 1000;
      const onLikely = (outcome: Outcome): void => {
        if (!signal.aborted) onEvent({ of, kind: "likely", outcome, seconds: passed() });
      };
      const outcome = await judge.judge({ signal, onProgress, onLikely });
      if (signal.aborted) return;
      const seconds = passed();
      onEvent({ of, kind: "verdict", outcome, seconds, fingerprint: print });
    } catch (error) {
      if (!signal.aborted) onEvent({ of, kind: "broke", error });
    }
  };

  return {
    start(exercise, folder) {
      abort.abort();
      abort = new AbortController();
      if (open !== exercise.name) {
        life.abort();
        life = new AbortController();
        open = exercise.name;
      }
      const [of, { signal }] = [++number, abort];
      ended = ended.then(() => work(of, exercise, folder, signal));
      return of;
    },
    stop: () => abort.abort(),
    async [Symbol.asyncDispose]() {
      abort.abort();
      life.abort();
      await ended;
      await release();
    },
  };
}
