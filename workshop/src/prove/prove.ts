/**
 * The course proves itself: every starter fails for its reason, every solution passes, hints are about what went wrong,
 * nothing is unlisted, and what READMEs print comes from a run. What lives here reads the course and judges it; the
 * learner's desk and its screens are not known here.
 */
import { InputError } from "slimproof";
import type { Exercise } from "../course/exercise.ts";
import { COURSE, loadCourse } from "../course/load.ts";
import { openTrial } from "./exercise.ts";
import type { Fault } from "./finding.ts";
import { listingFaults, solutionFaults } from "./listing.ts";
import { readmeFaults } from "./readme.ts";
import { consoleFaults } from "./run-console.ts";

export type { Fault } from "./finding.ts";

/** What came of one exercise. */
export interface ExerciseProof {
  readonly name: string;
  /** What the starter fails of, as a learner is told. */
  readonly hint: string | null;
  /** Bytes of the twin and of the solution; null when one was not built. */
  readonly twin: number | null;
  readonly solution: number | null;
  readonly faults: readonly Fault[];
  readonly seconds: number;
}

export interface CourseProof {
  readonly exercises: readonly ExerciseProof[];
  /** Of the exercises, and of the course as a whole. */
  readonly faults: readonly Fault[];
  readonly seconds: number;
}

export interface ProveOptions {
  /** The folder of exercises; this checkout's own when left out. */
  readonly folder?: string;
  /** All of them when there is none; what speaks of the whole course is looked at only then. */
  readonly names?: readonly string[];
  readonly signal: AbortSignal;
  readonly onProved?: (proof: ExerciseProof) => void;
}

/** More at once would only make their builds wait for each other. */
const AT_ONCE = 2;

/**
 * Proves a course, two exercises at a time.
 * @throws InputError for a course that cannot be loaded or a name that it does not have; EngineError when no engine
 * answers or it fails; the reason of the signal.
 */
export async function proveCourse(options: ProveOptions): Promise<CourseProof> {
  const began = performance.now();
  const { folder = COURSE, names = [], signal, onProved = () => {} } = options;
  const course = await loadCourse(folder);
  const chosen = names.length === 0 ? course : names.map((name) => named(course, name));
  const proofs: ExerciseProof[] = [];
  const queue = [...chosen];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const proof = await proveExercise(next, signal);
      proofs.push(proof);
      onProved(proof);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const it of ended) if (it.status === "rejected") throw it.reason;
  const whole = names.length === 0 ? await listingFaults(folder, course) : [];
  const exercises = proofs.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    exercises,
    faults: [...whole, ...exercises.flatMap(({ faults }) => faults)],
    seconds: (performance.now() - began) / 1000,
  };
}

/** One exercise with all that its folder holds. */
async function proveExercise(exercise: Exercise, signal: AbortSignal): Promise<ExerciseProof> {
  const began = performance.now();
  await using trial = await openTrial(exercise, signal);
  const [starter, solution] = [await trial.starter(), await trial.solution()];
  const images = "pair" in solution.outcome ? solution.outcome.pair.images : null;
  return {
    name: exercise.name,
    hint: starter.hint,
    twin: images?.baseline?.size.unpacked ?? null,
    solution: images?.candidate?.size.unpacked ?? null,
    faults: [...(await folderFaults(exercise, signal)), ...starter.faults, ...solution.faults],
    seconds: (performance.now() - began) / 1000,
  };
}

/** What is wrong with an exercise's files, README and printed commands. */
export async function folderFaults(
  exercise: Exercise,
  signal: AbortSignal,
): Promise<readonly Fault[]> {
  return [
    ...(await solutionFaults(exercise)),
    ...(await readmeFaults(exercise)),
    ...(await consoleFaults(exercise, signal)),
  ];
}

/** By its name, or by its number. */
function named(course: readonly Exercise[], name: string): Exercise {
  const found = course.find(
    (it) => it.name === name || (/^\d+$/.test(name) && it.number === Number(name)),
  );
  if (!found)
    throw new InputError(`no exercise is named ${name}: ${course.map((it) => it.name).join(", ")}`);
  return found;
}
