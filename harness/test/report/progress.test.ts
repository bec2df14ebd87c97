import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { progressView, type ImageState } from "../../src/report/progress.ts";

const states: readonly ImageState[] = [
  { pair: "calc", image: "single", doing: "same", done: true },
  { pair: "calc", image: "multi", doing: "building [builder 3/5] RUN go build", done: false },
  { pair: "flask", image: "single", doing: 'driving "greets"', done: false },
];

test("a line an image", () => {
  expect(`\n${progressView(states, 0, 80, 10)}\n`).toBe(`
✓ calc single   same
⠋ calc multi    building [builder 3/5] RUN go build
⠋ flask single  driving "greets"
`);
});

test("turns with each tick, all at once", () => {
  expect(progressView(states, 1, 80, 10)).toContain("⠙ calc multi");
  expect(progressView(states, 10, 80, 10)).toBe(progressView(states, 0, 80, 10));
});

test("where there are too few rows, what is done is left out first", () => {
  expect(
    progressView(states, 0, 80, 2)
      .split("\n")
      .map((line) => line.slice(2, 14)),
  ).toEqual(["calc multi  ", "flask single"]);
});

test("nothing is an empty view", () => {
  expect(progressView([], 0, 80, 10)).toBe("");
});

test("is never wider or higher than the terminal, and holds nothing that it would obey", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.constant("漢字🚀\n\u001b[2J".repeat(5)));
  const state = fc.record({ pair: text, image: text, doing: text, done: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(state, { maxLength: 6 }),
      fc.integer({ min: 10, max: 100 }),
      fc.integer({ min: 1, max: 5 }),
      (all, columns, rows) => {
        const lines = progressView(all, 3, columns, rows).split("\n");
        expect(lines.length).toBeLessThanOrEqual(rows);
        const bad = lines.filter(
          (line) => stringWidth(line) > columns || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(line),
        );
        expect(bad).toEqual([]);
      },
    ),
  );
});
