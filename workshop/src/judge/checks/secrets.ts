import { inspect } from "slimproof";
import type { Trial } from "./trial.ts";

/** Whether no layer of the image holds a likely secret, not even one that a later layer deleted. */
export async function keepsSecrets({ image, signal }: Trial): Promise<string | null> {
  const options = { cache: true, transfer: false, layers: true, hashes: true, signal };
  const [looked] = await inspect([image], options);
  if (!looked) throw new Error("an image that was looked at is not there"); // a mistake of ours
  const { count, paths } = looked.inspection.anatomy.secrets;
  if (count === 0) return null;
  const more = count > 3 ? ` and ${count - 3} more` : "";
  return `a layer holds what looks like a secret: ${paths.slice(0, 3).join(", ")}${more}`;
}
