import { distance } from "slimproof";

/** The word that a typing mistake or two lead to, or that is part of the other; undefined when none is near. */
export function closest(word: string, among: readonly string[]): string | undefined {
  const near = (it: string): number => distance(word, it);
  const [best] = among.toSorted((a, b) => near(a) - near(b));
  if (best !== undefined && near(best) <= Math.min(2, word.length / 3)) return best;
  const own = word.toLowerCase();
  const parts = among.filter(
    (it) => own.length > 2 && (it.toLowerCase().includes(own) || own.includes(it.toLowerCase())),
  );
  return parts.length === 1 ? parts[0] : undefined;
}
