/** Cases without their contracts: what `slimproof compare` makes of their images. */
import { contractOfFolder, type Contract } from "slimproof";
import type { Case } from "./cases.ts";
import type { Recording } from "./check-cases.ts";

/** So many of a hundred breakages must be found without a word about them. */
export const BARE_ENOUGH = 0.6;

export interface BareScore {
  readonly breakages: number;
  readonly found: number;
  readonly lookAlikes: number;
  readonly alarms: number;
}

/**
 * The contract that is inferred for a case. Images that are compared by reference have no ENV of their own Dockerfile,
 * so that none counts here either; and what the case's author wants to differ is no false alarm.
 */
export async function bareOf({ contract }: Case): Promise<Contract> {
  const inferred = await contractOfFolder(contract.folder);
  const env = {
    fact: "config.env.*",
    reason: "only a Dockerfile tells whose it is",
    candidate: null,
  };
  return { ...inferred, accept: [env, ...contract.accept] };
}

export function bareScoreOf(recordings: readonly Recording[]): BareScore {
  const of = (expected: string): readonly Recording[] =>
    recordings.filter((it) => it.case.expected.verdict === expected);
  const differing = (all: readonly Recording[]): number =>
    all.filter(({ pair }) => pair.verdict === "differs").length;
  return {
    breakages: of("differs").length,
    found: differing(of("differs")),
    lookAlikes: of("same").length,
    alarms: differing(of("same")),
  };
}

/** What was found of each case. */
export function bareLines(recordings: readonly Recording[]): readonly string[] {
  return recordings.map(({ case: { name, expected }, pair }) => {
    const open = pair.differences.filter((it) => it.accepted === null);
    const facts = [...new Set(open.map(({ probe, fact }) => `${probe}/${fact}`))].join(", ");
    const right = pair.verdict === expected.verdict;
    return `${right ? "✓" : "✗"} ${name.padEnd(31)}${pair.verdict.padEnd(10)}${facts.slice(0, 38) || "-"}`;
  });
}

export function bareSummary({ breakages, found, lookAlikes, alarms }: BareScore): string {
  const share = Math.round((found / breakages) * 100);
  return `without a contract: breakages ${found}/${breakages} (${share} %), false alarms ${alarms}/${lookAlikes}`;
}
