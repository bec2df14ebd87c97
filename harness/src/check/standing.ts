import { refuseUnknown } from "../contract/select.ts";
import { unlessAborted } from "../drive/deadline.ts";
import { openStandby, type Standby } from "../drive/standby.ts";
import type { Tree } from "../measure/tree/tree.ts";
import type { Contract } from "../model/contract.ts";
import { BuildError } from "../model/error.ts";
import type { Observation } from "../model/fact.ts";
import type { PairResult } from "../model/result.ts";
import { all } from "./all.ts";
import { judgePair, type Judged, type Pair, type Side } from "./judge-pair.ts";
import { measure, measuredOf } from "./measured.ts";
import { baselineName, build, builtOf, isBuilt, type Member } from "./member.ts";
import { observer, treesOf, withProbes } from "./observe.ts";
import { findServices } from "./services.ts";
import type { Progress, Workplace } from "./workplace.ts";

/**
 * A contract whose baseline is built, driven and measured once, for candidates that are checked again and again as their
 * folder changes. What the baseline is built from, and the contract, are as they were at the start: a change of those
 * needs another standing. Where the contract has services, a fresh set of them is started between two checks and waits for
 * the next one; runs that confirm start sets of their own, as a check from scratch does. Disposing it ends its checks and
 * removes all that it made in the engine.
 */
export interface Standing extends AsyncDisposable {
  /** Settles when the baseline is there; rejects with EngineError when the engine failed. Checks wait for it. */
  readonly ready: Promise<void>;
  /**
   * Builds a candidate from what its folder holds now, drives it, compares, measures and explains: the result is that of
   * a check from scratch. The candidate's image stays in the engine until its next check has ended.
   * @throws InputError for a name that the contract does not have; EngineError when the engine fails; the reason of
   * `options.signal`, which ends this check alone.
   */
  check(candidate: string, options: StandingCheck): Promise<PairResult>;
}

export interface StandingCheck {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What is kept of a baseline between checks. */
interface Kept {
  readonly contract: Contract;
  readonly baseline: Omit<Side, "runs">;
  /** The two of the start, and the last one that taught more. */
  runs: readonly Observation[];
  /** Null where nothing is driven beside services. */
  readonly standby: Standby | null;
  /** Whether something that is asked tells how long services have run: then none of them wait any more. */
  tellsAge: boolean;
}

/** Begins with the baseline at once. `folder` is the name to report under; the engine of `shared` is closed in the end. */
export function standing(written: Contract, folder: string, shared: Workplace): Standing {
  const ending = new AbortController();
  const place = { ...shared, signal: AbortSignal.any([shared.signal, ending.signal]) };
  const started = keepBaseline(written, place);
  const ready = started.then(() => {});
  ready.catch(() => {}); // whoever waits for it is told, and so is every check
  const tags = new Map<string, string>();
  /** Of checks that ended early: a container that was just being started may hold one for a moment more. */
  const stale = new Set<string>();
  const running = new Set<Promise<unknown>>();

  const check = async (
    name: string,
    { signal, onProgress = () => {} }: StandingCheck,
  ): Promise<PairResult> => {
    const began = performance.now();
    const source = written.candidates.find((it) => it.name === name)?.source;
    refuseUnknown(written, { only: null, candidates: [name] });
    if (!source) throw new Error("a candidate that is known is not there"); // a mistake of ours
    const own = { ...place, signal: AbortSignal.any([place.signal, signal]), onProgress };
    onProgress({ kind: "queued", pair: written.name, image: name });
    const kept = await unlessAborted(started, own.signal);
    prepare(kept);
    const candidate = await build(written.name, { name, source }, own);
    const tag = tagOf(candidate);
    try {
      const pair = await pairOf(kept, candidate, own);
      const inferred = written.probes !== kept.contract.probes;
      const { result, taught } = await judgeOlder(kept, { ...pair, folder, inferred }, began, own);
      if (taught) kept.runs = [...kept.runs.slice(0, 2), taught];
      const old = tags.get(name);
      if (tag === null) tags.delete(name);
      else tags.set(name, tag);
      await untag([old ?? null, ...stale], place);
      stale.clear();
      return result;
    } catch (error) {
      if (tag !== null && tags.get(name) !== tag) {
        stale.add(tag);
        await untag([tag], place).catch(() => {}); // the failure is what to tell of
      }
      throw error;
    }
  };

  return {
    ready,
    check(candidate, options) {
      const checking = check(candidate, options);
      running.add(checking);
      const end = (): void => {
        running.delete(checking);
        if (running.size === 0) void started.then(prepare, () => {}); // nothing else runs that it could slow down
      };
      checking.then(end, end);
      return checking;
    },
    async [Symbol.asyncDispose]() {
      ending.abort(new Error("the standing was disposed of"));
      await Promise.allSettled([started, ...running]);
      const kept = await started.catch(() => null);
      await kept?.standby?.[Symbol.asyncDispose]();
      const baseline = kept && tagOf(kept.baseline.member);
      await untag([baseline, ...tags.values(), ...stale], place).catch(() => {}); // what is left is swept
      await place.engine[Symbol.asyncDispose]();
    },
  };
}

/** Builds the baseline, drives it twice and measures it. */
async function keepBaseline(stated: Contract, place: Workplace): Promise<Kept> {
  const written = await findServices(stated, place);
  const told = { name: baselineName(written.baseline), source: written.baseline };
  place.onProgress({ kind: "queued", pair: written.name, image: told.name });
  const member = await build(written.name, told, place);
  const treeOf = treesOf(place);
  const tree = async (): Promise<Tree> => await treeOf(builtOf(member).image);
  if (!isBuilt(member)) {
    const baseline = { member, measured: null, tree };
    return { contract: written, baseline, runs: [], standby: null, tellsAge: false };
  }
  try {
    const measuring = measure([member.image], place);
    measuring.catch(() => {}); // awaited below, with what goes on beside it
    const observing = withProbes(written, member, place).then(async (contract) => {
      const observe = observer(contract, place);
      return { contract, runs: await all([observe(member), observe(member)]) };
    });
    await all<unknown>([measuring, observing]);
    const measured = measuredOf(await measuring, member.image);
    tree().catch(() => {}); // read ahead, for the first difference; whoever needs it is told
    const { services } = written;
    const standby =
      services.length > 0 ? openStandby(services, place.engine.containers, place.signal) : null;
    return {
      ...(await observing),
      baseline: { member, measured, tree },
      standby,
      tellsAge: false,
    };
  } catch (error) {
    await untag([tagOf(member)], place).catch(() => {}); // the failure is what to tell of
    throw error;
  }
}

/** Drives and measures a candidate, beside what is known of its baseline. */
async function pairOf(
  { contract, baseline, runs, standby, tellsAge }: Kept,
  candidate: Member,
  place: Workplace,
): Promise<Omit<Pair, "folder" | "inferred">> {
  const observe = observer(contract, place);
  const first = standby && !tellsAge ? observer(contract, place, standby.take) : observe;
  const treeOf = treesOf(place);
  const side = { member: candidate, tree: () => treeOf(builtOf(candidate).image) };
  const theirs = { ...baseline, runs };
  const later = (): Promise<Observation> => observe(builtOf(baseline.member));
  if (!isBuilt(candidate))
    return { contract, baseline: theirs, candidate: { ...side, measured: null, runs: [] }, later };
  const measuring = measure([candidate.image], place);
  const observing = all(isBuilt(baseline.member) ? [first(candidate)] : []);
  await all<unknown>([measuring, observing]);
  const measured = measuredOf(await measuring, candidate.image);
  const ours = { ...side, measured, runs: await observing };
  return { contract, baseline: theirs, candidate: ours, later };
}

/** Starts services for the next check. */
function prepare({ standby, tellsAge }: Kept): void {
  if (!tellsAge) standby?.prepare();
}

/**
 * Judges a pair whose candidate was driven beside services that may have waited, and are older then than the baseline's
 * were. What is there in that run alone ("posted 5 minutes ago") may be their age: it is judged again by a run beside
 * fresh ones, as a check from scratch does it.
 */
async function judgeOlder(
  kept: Kept,
  pair: Pair,
  began: number,
  place: Workplace,
): Promise<Judged> {
  const judged = await judgePair(pair, began, place);
  if (!kept.standby || kept.tellsAge || !isFlaky(judged)) return judged;
  const { candidate } = pair;
  const runs = [await observer(kept.contract, place)(builtOf(candidate.member))];
  const again = await judgePair({ ...pair, candidate: { ...candidate, runs } }, began, place);
  kept.tellsAge ||= !isFlaky(again);
  return again;
}

function isFlaky({ result }: Judged): boolean {
  return result.verdict === "unproven" && result.flaky.some((it) => it.accepted === null);
}

/** The tag that a build of ours gave, null for an image that is not ours. */
function tagOf({ source, image }: Member): string | null {
  return source.kind === "build" && !(image instanceof BuildError) ? image.ref : null;
}

async function untag(tags: readonly (string | null)[], { engine, keep }: Workplace): Promise<void> {
  if (!keep) await all(tags.filter((tag) => tag !== null).map((tag) => engine.untag(tag)));
}
