import { BuildError, readDockerfile } from "slimproof";
import type { Check } from "../../course/exercise.ts";
import { hasStages } from "./stages.ts";
import { edited, failureText, tryBuild, type Trial } from "./trial.ts";

/** Whether a stage builds by itself, and does not when the edit breaks what it is there to test. */
export async function buildsTarget(
  { target, broken }: Extract<Check, { kind: "target" }>,
  trial: Trial,
): Promise<string | null> {
  const { engine, source, text } = trial;
  const unnamed = hasStages([target], text);
  if (unnamed !== null) return unnamed;
  const built = await tryBuild(trial, { ...source, target });
  if (built instanceof BuildError)
    return `stage ${target} does not build by itself: ${failureText(built)}`;
  await engine.untag(built.tag);
  if (!broken) return null;
  await using copy = await edited(source, broken);
  const rebuilt = await tryBuild(trial, { ...copy.source, target });
  if (rebuilt instanceof BuildError) return null;
  await engine.untag(rebuilt.tag);
  const stages = readDockerfile(text, {}).stages.length;
  return `stage ${target} of ${stages} still builds when ${JSON.stringify(broken.replace)} in ${broken.file} becomes ${JSON.stringify(broken.with)}: it does not test that`;
}
