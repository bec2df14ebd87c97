/** How benches print: one Markdown table, and the middle of several runs with their spread. */

export interface Column {
  readonly name: string;
  readonly numeric?: true;
}

/** A Markdown table as a formatter would leave it, so that what is written into a README stays as it is. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const texts = rows.map((row) => row.map((text) => text.replaceAll("|", "\\|")));
  const widths = columns.map(({ name }, at) =>
    Math.max(3, name.length, ...texts.map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${columns
      .map(({ numeric }, at) => {
        const [text, width] = [cells[at] ?? "", widths[at] ?? 0];
        return numeric ? text.padStart(width) : text.padEnd(width);
      })
      .join(" | ")} |`;
  const rule = columns.map(({ numeric }, at) => {
    const dashes = "-".repeat(widths[at] ?? 0);
    return numeric ? `${dashes.slice(1)}:` : dashes;
  });
  return [line(columns.map(({ name }) => name)), line(rule), ...texts.map(line)].join("\n");
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return ((sorted[low] ?? Number.NaN) + (sorted[high] ?? Number.NaN)) / 2;
}

/** `median (least-most)`. */
export function spread(values: readonly number[], digits = 2): string {
  const shown = [median(values), Math.min(...values), Math.max(...values)];
  const [middle, least, most] = shown.map((value) => value.toFixed(digits));
  return values.length > 1 ? `${middle} (${least}-${most})` : `${middle}`;
}

/** `12,345`. */
export function exact(count: number): string {
  return count.toLocaleString("en-US");
}
