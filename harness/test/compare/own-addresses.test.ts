import { expect, test } from "vitest";
import { compareFacts } from "../../src/compare/facts.ts";
import { factsAt } from "../../src/compare/own-addresses.ts";
import type { Observation } from "../../src/model/fact.ts";

const run = (value: string, addresses?: readonly string[]): Observation => ({
  facts: [{ probe: "container", fact: "log.stderr", value }],
  unmet: [],
  notes: [],
  ...(addresses && { addresses }),
});
const moved = (value: string, from: readonly string[], to: readonly string[]): string =>
  factsAt({ addresses: to }, run(value, from))[0]?.value ?? "";

test.each([
  ["Running on http://10.1.0.4:5000\n", "Running on http://10.1.0.2:5000\n"],
  ["I am 10.1.0.4.", "I am 10.1.0.2."],
  ["from ::ffff:10.1.0.4 to 10.1.0.4", "from ::ffff:10.1.0.2 to 10.1.0.2"],
  ["110.1.0.4, 10.1.0.41, 10.1.0.4.5, x10.1.0.4, 10.1.0.1", null],
  ["base64:10.1.0.4", null],
])("a run's own address is told as another's: %s", (value, expected) => {
  expect(moved(value, ["10.1.0.4"], ["10.1.0.2"])).toBe(expected ?? value);
});

test("each of several has its own counterpart, also where they are the same the other way round", () => {
  const [from, to] = [
    ["10.1.0.2", "10.1.0.3", "10.1.0.4"],
    ["10.1.0.3", "10.1.0.2"],
  ];
  expect(moved("10.1.0.2 10.1.0.3 10.1.0.4", from, to)).toBe("10.1.0.3 10.1.0.2 10.1.0.3");
});

test("where no address is known nothing is changed", () => {
  expect(moved("10.1.0.4", [], ["10.1.0.2"])).toBe("10.1.0.4");
  expect(moved("10.1.0.4", ["10.1.0.4"], [])).toBe("10.1.0.4");
});

test("an address that two baseline runs got by chance is not the program's", () => {
  const baseline = run("on 10.1.0.2", ["10.1.0.2"]);
  const same = compareFacts([baseline, baseline], [run("on 10.1.0.4", ["10.1.0.4"])]);
  expect(same).toMatchObject({ differences: [], noise: [], noiseWithin: [] });
  // Another's address is as much a difference as ever.
  const other = compareFacts([baseline, baseline], [run("on 10.1.0.9", ["10.1.0.4"])]);
  expect(other.differences).toMatchObject([{ baseline: "on 10.1.0.2", candidate: "on 10.1.0.9" }]);
});
