import { expect, test } from "vitest";
import { turns } from "../../src/check/turns.ts";

test.each([
  [1, "bcb"],
  [2, "bccb"],
  [3, "bccbcb"],
  [4, "bccbcbcb"],
])("the order of %i runs is %s", (runs, order) => {
  expect(
    turns(runs)
      .map((it) => it[0])
      .join(""),
  ).toBe(order);
});
