/**
 * What a contract cannot say of a Dockerfile. One file a kind, each a function from a case to why it does not hold (one
 * line), or null when it holds.
 */
import { harmless } from "slimproof";
import type { Check } from "../../course/exercise.ts";
import { isCached } from "./cached.ts";
import { hasMount } from "./mount.ts";
import { isForPlatform } from "./platform.ts";
import { keepsSecrets } from "./secrets.ts";
import { hasStages } from "./stages.ts";
import { buildsTarget } from "./target.ts";
import type { Trial } from "./trial.ts";

/** The first check that does not hold, in the order of the exercise; the dear ones are not made behind one that fails. */
export async function firstLack(
  checks: readonly Check[],
  trial: Trial,
): Promise<{ readonly check: Check; readonly why: string } | null> {
  for (const check of checks) {
    trial.onProgress(`yours: check ${check.kind}`);
    const why = await whyNot(check, trial);
    if (why !== null) return { check, why: harmless(why.replaceAll(/\s+/g, " ").trim()) };
  }
  return null;
}

async function whyNot(check: Check, trial: Trial): Promise<string | null> {
  switch (check.kind) {
    case "stages":
      return hasStages(check.names, trial.text);
    case "mount":
      return hasMount(check, trial.text);
    case "target":
      return await buildsTarget(check, trial);
    case "cached":
      return await isCached(check, trial);
    case "secrets":
      return await keepsSecrets(trial);
    case "platform":
      return await isForPlatform(check.platform, trial);
    default:
      return check satisfies never;
  }
}
