import { expect, test } from "vitest";
import { count } from "../../src/report/figures.ts";

test.each([
  0,
  7,
  999,
  1000,
  22_722,
  123_456,
  1_234_567,
  Number.MAX_SAFE_INTEGER,
  -1,
  -999,
  -123_456,
  -1000,
])("%d in groups of three digits, as Intl has it", (value) => {
  expect(count(value)).toBe(new Intl.NumberFormat("en-US").format(value));
});
