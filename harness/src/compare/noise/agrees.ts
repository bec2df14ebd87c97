import { learn } from "./pattern.ts";

/** Whether a value is what the baseline's values let one expect: equal where they are equal, of their kind where not. */
export function agrees(seen: readonly string[], value: string): boolean {
  const [first] = seen;
  if (seen.every((it) => it === first)) return value === first;
  return seen.includes(value) || (learn(seen)?.fits(value) ?? true);
}
