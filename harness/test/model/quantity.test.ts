import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, percent } from "../../src/model/quantity.ts";

test.each([
  [0, "0 B"],
  [1, "1 B"],
  [999, "999 B"],
  [1_000, "1.00 kB"],
  [1_234, "1.23 kB"],
  [9_994, "9.99 kB"],
  [9_996, "10.0 kB"],
  [99_900, "99.9 kB"],
  [99_960, "100 kB"],
  [999_499, "999 kB"],
  [999_500, "1.00 MB"],
  [1_890_000, "1.89 MB"],
  [886_700_000, "887 MB"],
  [3_040_000_000, "3.04 GB"],
  [2_500_000_000_000, "2.50 TB"],
  [2_500_000_000_000_000, "2500 TB"],
])("%d bytes are %s", (count, text) => {
  expect(bytes(count)).toBe(text);
});

test.each([
  [0, "0.0%"],
  [0.0025, "0.25%"],
  [0.003, "0.30%"],
  [0.0123, "1.2%"],
  [0.0994, "9.9%"],
  [0.0996, "10.0%"],
  [0.25, "25.0%"],
  [0.9999999, "100.0%"],
  [1, "100.0%"],
  [12.5, "1250.0%"],
  [99.99, "9999.0%"],
  [1e9, ">9999%"],
  [0.00001, "0.0010%"],
  [0.0000099, "<0.001%"],
  [0.0000000001, "<0.001%"],
])("a share of %d is %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test("a share of nothing is told in words", () => {
  expect(percent(NaN)).toBe("-");
  expect(percent(Infinity)).toBe("-");
});

test("a quantity is short and never written with an exponent", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (count) => {
      expect(bytes(count)).toMatch(/^\d+(\.\d+)? (B|kB|MB|GB|TB)$/);
      expect(bytes(count).length).toBeLessThanOrEqual(8);
    }),
  );
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true }), (share) => {
      expect(percent(share)).toMatch(/^([<>]?\d+(\.\d+)?%|-)$/);
      expect(percent(share).length).toBeLessThanOrEqual(7);
    }),
  );
});
