/** The word that a typing mistake or two lead to, or that is part of the other; undefined when none is near. */
export function closest(word: string, among: readonly string[]): string | undefined {
  const [own, near] = [word.toLowerCase(), (it: string): number => distance(own, it.toLowerCase())];
  const [best] = among.toSorted((a, b) => near(a) - near(b));
  if (best !== undefined && near(best) <= Math.min(2, own.length / 3)) return best;
  const parts = among.filter(
    (it) => own.length > 2 && (it.toLowerCase().includes(own) || own.includes(it.toLowerCase())),
  );
  return parts.length === 1 ? parts[0] : undefined;
}

/** Letters to change, add or leave out (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(
        Math.min(
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          (row[j] ?? 0) + (letter === other ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
