import { BuildError, InputError } from "slimproof";
import type { Check } from "../../course/exercise.ts";
import { edited, failureText, tryBuild, type Trial } from "./trial.ts";

/**
 * Whether a step comes from the build cache after an edit. What the edited build put into the cache is taken out again:
 * the next time it would find itself there.
 */
export async function isCached(
  { edit, step }: Extract<Check, { kind: "cached" }>,
  trial: Trial,
): Promise<string | null> {
  const { engine, source } = trial;
  await using copy = await edited(source, edit);
  const built = await tryBuild(trial, copy.source);
  if (built instanceof BuildError)
    return `with an edit of ${edit.file} it does not build: ${failureText(built)}`;
  try {
    const steps = built.steps.filter((it) => !it.own && !/^FROM\b/i.test(it.instruction));
    if (steps.every((it) => it.cached))
      throw new InputError(
        `an edit of ${edit.file} reached no step: all of them came from the cache`,
      );
    const asked = steps.filter((it) => new RegExp(step).test(it.instruction));
    if (asked.length === 0) return `no step reads as ${step}`;
    const ran = asked.find((it) => !it.cached);
    return ran
      ? `after an edit of ${edit.file} this ran again: ${ran.instruction} (${ran.seconds.toFixed(1)} s)`
      : null;
  } finally {
    await engine.untag(built.tag);
    await engine.forget(built.steps);
  }
}
