import {
  isCircumstantial,
  isOpen,
  judge,
  settlingRuns,
  unprovable,
  type Evidence,
  type Judgement,
} from "../compare/judge.ts";
import type { Tree } from "../measure/tree/tree.ts";
import type { Contract } from "../model/contract.ts";
import { BuildError } from "../model/error.ts";
import { factPath, type Observation } from "../model/fact.ts";
import type { MeasuredImage, PairResult } from "../model/result.ts";
import { all } from "./all.ts";
import { lookForCauses, withCauses, type Found } from "./explain-pair.ts";
import { fuzzPair } from "./fuzz-pair.ts";
import { builtOf, isBuilt, type Built, type Member } from "./member.ts";
import { observer } from "./observe.ts";
import { serviceNotes } from "./services.ts";
import type { Workplace } from "./workplace.ts";

/** Runs of a candidate that confirm a difference or do not. */
const CONFIRMING_RUNS = 3;

/** One side of a pair, as far as it could be had. */
export interface Side {
  readonly member: Member;
  /** Null when it was not built. */
  readonly measured: MeasuredImage | null;
  /** What was observed of it, in the order in which it was; nothing when one of the two was not built. */
  readonly runs: readonly Observation[];
  /** Its file system, for whoever has to explain a difference. */
  readonly tree: () => Promise<Tree>;
}

/** A candidate and the baseline it is held against. */
export interface Pair {
  /** With the probes that are asked. */
  readonly contract: Contract;
  /** Whether those were inferred. */
  readonly inferred: boolean;
  /** The name to report it under. */
  readonly folder: string;
  readonly baseline: Side;
  readonly candidate: Side;
  /** A run of the baseline that is later than the candidate's; several pairs may share one. */
  readonly later: () => Promise<Observation>;
}

/** A judged pair, and what was learnt on the way. */
export interface Judged {
  readonly result: PairResult;
  /**
   * The later run of the baseline, when it alone showed that what had differed is noise (a clock moved on) and nothing
   * else new: who judges by these runs again does well to know it. Null otherwise.
   */
  readonly taught: Observation | null;
}

/**
 * Judges one pair: by what was observed, by more runs where that leaves it open, by fuzzing, and with causes.
 * @throws EngineError when the engine fails; the signal's reason.
 */
export async function judgePair(pair: Pair, began: number, place: Workplace): Promise<Judged> {
  const { contract, candidate } = pair;
  const told = { pair: contract.name, image: candidate.member.name };
  const likely = (judgement: Judgement): void =>
    place.onProgress({ ...told, kind: "likely", result: resultOf(pair, judgement, began, place) });
  const { judgement, taught } = await judgementOf(pair, likely, place);
  place.onProgress({ ...told, kind: "judged", verdict: judgement.verdict });
  return { result: resultOf(pair, judgement, began, place), taught };
}

function resultOf(
  { contract, folder, inferred, baseline, candidate }: Pair,
  judgement: Judgement,
  began: number,
  { only }: Workplace,
): PairResult {
  return {
    name: contract.name,
    folder,
    baseline: baseline.member.name,
    candidate: candidate.member.name,
    images: { baseline: baseline.measured, candidate: candidate.measured },
    ...judgement,
    notes: [
      ...judgement.notes,
      ...(only ? [`only driven: ${only.join(", ")}`] : []),
      ...(inferred ? [inferredNote(contract)] : []),
      ...serviceNotes(contract),
    ],
    seconds: (performance.now() - began) / 1000,
  };
}

async function judgementOf(
  { contract, baseline, candidate, later }: Pair,
  likely: (judgement: Judgement) => void,
  place: Workplace,
): Promise<{ readonly judgement: Judgement } & Pick<Judged, "taught">> {
  const broken = [baseline.member, candidate.member].find((it) => !isBuilt(it))?.image;
  if (broken instanceof BuildError) {
    const judgement = unprovable({ message: broken.message, detail: broken.log });
    return { judgement, taught: null };
  }
  const [theirs, ours] = [ready(baseline), ready(candidate)];
  const observe = observer(contract, place);
  const again = async (built: Built, run = () => observe(built)): Promise<Observation> => {
    place.onProgress({ kind: "again", pair: contract.name, image: built.name });
    return await run();
  };
  const times = (runs: number, built: Built): readonly Promise<Observation>[] =>
    Array.from({ length: Math.max(0, runs) }, () => again(built));
  let runs = { baselineRuns: baseline.runs, candidateRuns: candidate.runs };
  const evidence = (): Evidence => ({
    baseline: theirs.measured,
    candidate: ours.measured,
    ...runs,
  });
  const judged = (): Judgement => judge(contract, ours.name, evidence());
  const causes = (judgement: Judgement): Promise<Found> =>
    lookForCauses(
      contract,
      judgement,
      { ...theirs, anatomy: theirs.measured.anatomy, runs: runs.baselineRuns },
      { ...ours, anatomy: ours.measured.anatomy, runs: runs.candidateRuns },
    );
  let judgement = judged();
  let taught: Observation | null = null;
  // A difference is believed only when it is there again in more runs, and when a run of the baseline that is later
  // than the candidate's repeats the baseline's value: a clock that has moved on between the runs is no difference.
  if (isOpen(judgement)) {
    const open = judgement;
    const after = again(theirs, later);
    const withLater = async (): Promise<Judgement> => {
      runs = { ...runs, baselineRuns: [...baseline.runs, await after] };
      return judged();
    };
    // Where a clock can be all that differs, the baseline's run alone may settle it.
    if (isCircumstantial(open)) judgement = await withLater();
    if (isOpen(judgement)) {
      const still = judgement;
      const more = times(CONFIRMING_RUNS - candidate.runs.length, ours);
      const told = place.likely
        ? causes(still).then((found) => likely(withCauses(still, found)))
        : null;
      await all<unknown>([after, ...more, told]);
      runs = { ...runs, candidateRuns: [...candidate.runs, ...(await all(more))] };
      judgement = await withLater();
    }
    if (isExplainedAway(open, judgement)) taught = await after;
  }
  const settling = settlingRuns(judgement, runs);
  if (settling > 0) {
    const more = await all(times(settling, theirs));
    runs = { ...runs, baselineRuns: [...runs.baselineRuns, ...more] };
    judgement = judged();
  }
  const images = { baseline: theirs.image, candidate: ours.image };
  const fuzzed = await fuzzPair(contract, ours.name, judgement, images, place);
  const found = await causes(fuzzed);
  const fuzzing = fuzzed.differences.slice(judgement.differences.length);
  place.onJudged?.({ contract, candidate: ours.name, evidence: evidence(), fuzzing, found });
  return { judgement: withCauses(fuzzed, found), taught };
}

/** Whether what differed does so no more, and no fact is noise now that was steady and equal before. */
function isExplainedAway(before: Judgement, after: Judgement): boolean {
  const noisy = (it: Judgement): readonly string[] => [
    ...it.noise,
    ...it.noiseWithin.map(({ fact }) => fact),
  ];
  const expected = new Set([...noisy(before), ...before.differences.map(factPath)]);
  return !isOpen(after) && after.error === null && noisy(after).every((path) => expected.has(path));
}

/** A side that was built, and has therefore been observed and measured. */
function ready({ member, measured, runs, tree }: Side): Built & {
  readonly measured: MeasuredImage;
  readonly tree: Side["tree"];
} {
  if (!measured || runs.length === 0) throw new Error("an image was built but not observed"); // a mistake of ours
  return { ...builtOf(member), measured, tree };
}

function inferredNote({ probes }: Contract): string {
  const names = probes.map(({ name }) => name);
  return `no contract; asked as inferred: ${names.join(", ") || "nothing but to start"}`;
}
