import { expect, test } from "vitest";
import { differ, spread } from "../../src/rebuild/spread.ts";

test("the median of an odd count is the one in the middle, of an even count the mean of two", () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 });
  expect(spread([4, 1, 2, 3])).toEqual({ median: 2.5, least: 1, most: 4 });
  expect(spread([7])).toEqual({ median: 7, least: 7, most: 7 });
  expect(() => spread([])).toThrow();
});

test("two sides differ when nearly all pairs of runs agree on which is slower", () => {
  expect(differ([1, 2, 3], [4, 5, 6])).toBe(true);
  expect(differ([4, 5, 6], [1, 2, 3])).toBe(true);
  expect(differ([1], [2])).toBe(true);
  expect(differ([1, 1, 1], [1, 1, 1])).toBe(false);
  expect(differ([28.4, 40.9, 46.9], [21.8, 60.6, 63.4])).toBe(false);
  // 24 of 25 pairs, then 20 of 25.
  expect(differ([1, 2, 3, 4, 6], [5, 7, 8, 9, 10])).toBe(true);
  expect(differ([1, 2, 3, 4, 11], [5, 7, 8, 9, 10])).toBe(false);
});

test("five runs a side of one and the same seldom differ", () => {
  // All 252 ways to deal ten ranks to two sides of five.
  const ranks = Array.from({ length: 10 }, (_, at) => at);
  const deals = Array.from({ length: 1024 }, (_, bits) =>
    ranks.filter((it) => ((bits >> it) & 1) === 1),
  ).filter((it) => it.length === 5);
  const found = deals.filter((it) =>
    differ(
      it,
      ranks.filter((one) => !it.includes(one)),
    ),
  );
  expect(deals.length).toBe(252);
  expect(found.length / deals.length).toBeCloseTo(0.03, 2);
});
