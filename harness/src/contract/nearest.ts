/** Edit distance in which swapping two neighbours costs one (optimal string alignment), upper and lower case alike. */
export function distance(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (rows[i - 1]?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]?.[j - 2] : undefined;
      row.push(
        Math.min(
          replaced,
          (rows[i - 1]?.[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (swapped ?? Infinity) + 1,
        ),
      );
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

/**
 * The option most like `word`; null when more than 45 % of the longer of the two would have to change and neither
 * begins with the other, as `exit_code` with `exit`.
 */
export function nearest(word: string, options: readonly string[]): string | null {
  if (word.length > 100) return null;
  const ranked = options
    .map((option) => ({ option, cost: distance(word, option) }))
    .filter(
      ({ option, cost }) =>
        cost <= 0.45 * Math.max(word.length, option.length) ||
        (word.length >= 3 && option.startsWith(word)) ||
        (option.length >= 3 && word.startsWith(option)),
    )
    .toSorted((one, other) => one.cost - other.cost);
  return ranked[0]?.option ?? null;
}

/** The end of an error message: the one option that was probably meant, else all of them. */
export function suggestion(word: string, options: readonly string[]): string {
  const best = nearest(word, options);
  return best === null ? `; known here: ${options.join(", ")}` : `; did you mean "${best}"?`;
}
