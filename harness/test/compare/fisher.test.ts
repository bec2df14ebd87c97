import fc from "fast-check";
import { expect, test } from "vitest";
import { likelihood } from "../../src/compare/fisher.ts";

const rate = (runs: number, of: number) => ({ runs, of });

test("Fisher's tea: three of four cups of each kind told rightly is luck in 17 of 35", () => {
  expect(likelihood(rate(3, 4), rate(1, 4))).toBeCloseTo(17 / 35, 12);
});

test("all against none: one table of all, twice", () => {
  expect(likelihood(rate(0, 10), rate(10, 10))).toBeCloseTo(2 / 184_756, 12); // 20 over 10
});

test("one in twenty against none is nothing", () => {
  expect(likelihood(rate(0, 20), rate(1, 20))).toBeCloseTo(1, 12);
});

test("is a probability, the same from both sides, and 1 for equal rates of equal numbers", () => {
  const rates = fc
    .nat({ max: 300 })
    .chain((of) => fc.nat({ max: of }).map((runs) => ({ runs, of })));
  fc.assert(
    fc.property(rates, rates, (one, other) => {
      const likely = likelihood(one, other);
      expect(likely).toBeGreaterThan(0);
      expect(likely).toBeLessThanOrEqual(1);
      expect(likelihood(other, one)).toBeCloseTo(likely, 9);
      expect(likelihood(one, one)).toBeCloseTo(1, 9);
    }),
  );
});

test("two runs of one program are seldom taken for two programs", () => {
  // All outcomes of 20 against 20 runs that depart once in five times, weighed by how often they come.
  const chance = (k: number): number => {
    let choices = 1;
    for (let at = 1; at <= k; at++) choices = (choices * (20 - k + at)) / at;
    return choices * 0.2 ** k * 0.8 ** (20 - k);
  };
  let mistaken = 0;
  for (let a = 0; a <= 20; a++)
    for (let b = 0; b <= 20; b++)
      if (likelihood(rate(a, 20), rate(b, 20)) < 0.01) mistaken += chance(a) * chance(b);
  expect(mistaken).toBeGreaterThan(0);
  expect(mistaken).toBeLessThan(0.01);
});
