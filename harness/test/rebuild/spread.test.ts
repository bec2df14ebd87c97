import { expect, test } from "vitest";
import { overlap, spread } from "../../src/rebuild/spread.ts";

test("the median of an odd count is the one in the middle, of an even count the mean of two", () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
  expect(spread([7])).toEqual({ median: 7, least: 7, most: 7 });
  expect(() => spread([])).toThrow();
});

test("two spreads overlap when each reaches over the other's median", () => {
  const of = (...values: number[]) => spread(values);
  expect(overlap(of(1, 2, 4), of(1.5, 3, 5))).toBe(true);
  expect(overlap(of(1, 2, 2.5), of(2, 3, 5))).toBe(false);
  expect(overlap(of(1, 1, 1), of(2, 2, 2))).toBe(false);
  // One slow run of the one does not hide that all others were faster.
  expect(overlap(of(1, 1, 9), of(3, 4, 5))).toBe(false);
});
