/** Outcomes as text, at most 80 columns wide. */
import type { Case } from "./cases.ts";
import type { Outcome, Score } from "./outcome.ts";

const [NAME, VERDICT, CAUSE] = [31, 10, 25] as const;

export const head = `  ${"case".padEnd(NAME)}${"verdict".padEnd(VERDICT)}${"cause".padEnd(CAUSE)}seconds`;

/** One line, and under it what is wrong and what was expected. */
export function row({ expected }: Case, outcome: Outcome): string {
  const { name, pair, named } = outcome;
  const right = outcome.verdict && outcome.cause !== false && outcome.falseAlarms.length === 0;
  const line =
    `${right ? "✓" : "✗"} ${name.padEnd(NAME)}${pair.verdict.padEnd(VERDICT)}` +
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
