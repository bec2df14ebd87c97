import {
  isOpen,
  isUnsettled,
  judge,
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
import { lookForCauses, withCauses } from "./explain-pair.ts";
import { fuzzPair } from "./fuzz-pair.ts";
import { builtOf, isBuilt, type Built, type Member } from "./member.ts";
import { observer } from "./observe.ts";
import { serviceNotes } from "./services.ts";
import type { Workplace } from "./workplace.ts";

/** Seven runs of a coin all fall on one side once in 64 times, of a set's six orders once in 46,656. */
const SETTLING_RUNS = 4;

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
  const { contract, baseline, candidate, folder, inferred } = pair;
  const { judgement, taught } = await judgementOf(pair, place);
  const { verdict } = judgement;
  const { name } = candidate.member;
  place.onProgress({ kind: "judged", pair: contract.name, image: name, verdict });
  const only = place.only ? [`only driven: ${place.only.join(", ")}`] : [];
  const result = {
    name: contract.name,
    folder,
    baseline: baseline.member.name,
    candidate: name,
    images: { baseline: baseline.measured, candidate: candidate.measured },
    ...judgement,
    notes: [
      ...judgement.notes,
      ...only,
      ...(inferred ? [inferredNote(contract)] : []),
      ...serviceNotes(contract),
    ],
    seconds: (performance.now() - began) / 1000,
  };
  return { result, taught };
}

async function judgementOf(
  { contract, baseline, candidate, later }: Pair,
  place: Workplace,
): Promise<{ readonly judgement: Judgement } & Pick<Judged, "taught">> {
  const broken = [baseline.member, candidate.member].find((it) => !isBuilt(it))?.image;
  if (broken instanceof BuildError) {
    const judgement = unprovable({ message: broken.message, detail: broken.log });
    return { judgement, taught: null };
  }
  const [theirs, ours] = [ready(baseline), ready(candidate)];
  const observe = observer(contract, place);
  const told = async (image: string, run: () => Promise<Observation>): Promise<Observation> => {
    place.onProgress({ kind: "again", pair: contract.name, image });
    return await run();
  };
  const runs = { baseline: baseline.runs, candidate: candidate.runs };
  const evidence = (): Evidence => ({
    baseline: theirs.measured,
    candidate: ours.measured,
    baselineRuns: runs.baseline,
    candidateRuns: runs.candidate,
  });
  const judged = (): Judgement => judge(contract, ours.name, evidence());
  let judgement = judged();
  let taught: Observation | null = null;
  // A difference is believed only when it is there again in more runs, and when a run of the baseline that is later
  // than the candidate's repeats the baseline's value: a clock that has moved on between the runs is no difference.
  if (isOpen(judgement)) {
    const again = (): Promise<Observation> => told(ours.name, () => observe(ours));
    const [after, ...more] = await all([told(theirs.name, later), again(), again()]);
    runs.candidate = [...runs.candidate, ...more];
    runs.baseline = after ? [...runs.baseline, after] : runs.baseline;
    const before = judgement;
    judgement = judged();
    if (after && isExplainedAway(before, judgement)) taught = after;
  }
  if (isUnsettled(judgement, runs.candidate)) {
    const again = (): Promise<Observation> => told(theirs.name, () => observe(theirs));
    runs.baseline = [
      ...runs.baseline,
      ...(await all(Array.from({ length: SETTLING_RUNS }, again))),
    ];
    judgement = judged();
  }
  const images = { baseline: theirs.image, candidate: ours.image };
  const fuzzed = await fuzzPair(contract, ours.name, judgement, images, place);
  const found = await lookForCauses(
    contract,
    fuzzed,
    { ...theirs, anatomy: theirs.measured.anatomy, runs: runs.baseline },
    { ...ours, anatomy: ours.measured.anatomy, runs: runs.candidate },
  );
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
