/** Outcomes as text, at most 80 columns wide. */
import type { Case } from "./cases.ts";
import type { Caught } from "./mutate.ts";
import { isRight, type Outcome, type Score } from "./outcome.ts";

const [NAME, VERDICT, CAUSE] = [31, 10, 25] as const;

export const head = `  ${"case".padEnd(NAME)}${"verdict".padEnd(VERDICT)}${"cause".padEnd(CAUSE)}seconds`;

/** One line, and under it what is wrong and what was expected. */
export function row({ expected }: Case, outcome: Outcome): string {
  const { name, pair, named } = outcome;
  const line =
    `${isRight(outcome) ? "✓" : "✗"} ${name.padEnd(NAME)}${pair.verdict.padEnd(VERDICT)}` +
    `${(named.join(", ") || "-").slice(0, CAUSE - 1).padEnd(CAUSE)}${pair.seconds.toFixed(1).padStart(7)}`;
  const notes = [
    ...(outcome.verdict
      ? []
      : [
          `expected ${expected.verdict}${expected.probe ? `, shown by: ${expected.probe}` : ""}`,
          ...(pair.error ? [pair.error.message] : []),
        ]),
    ...(outcome.cause === false
      ? [`expected cause ${expected.causes.join(" or ")}, named: ${named.join(", ") || "none"}`]
      : []),
    ...outcome.falseAlarms.map(
      ({ probe, fact, baseline, candidate }) =>
        `false alarm: ${probe}/${fact}: ${JSON.stringify(baseline)} -> ${JSON.stringify(candidate)}`,
    ),
  ];
  return [line, ...notes.map((note) => `    ${note.slice(0, 76)}`)].join("\n");
}

/** The last line. */
export function summary(score: Score): string {
  return (
    `verdicts ${score.verdicts}/${score.cases}, causes ${score.causes}/${score.withCause}, ` +
    `false alarms ${score.falseAlarms}`
  );
}

/** A line for each mutation, those that nothing needs marked, and a last one that counts. */
export function mutationTable(all: readonly Caught[]): string {
  const lines = all.map(({ mutation, by }) => {
    const more = by.length > MOST_NAMED ? `, and ${by.length - MOST_NAMED} more` : "";
    const names = by.length === 0 ? "no case needs it" : by.slice(0, MOST_NAMED).join(", ") + more;
    return `${by.length > 0 ? "✓" : "✗"} ${mutation.name.padEnd(NAME)}${names}`;
  });
  const caught = all.filter(({ by }) => by.length > 0).length;
  return [...lines, `mutations ${caught}/${all.length} caught`].join("\n");
}

/** Who needs a rule is shown by two of them. */
const MOST_NAMED = 2;
