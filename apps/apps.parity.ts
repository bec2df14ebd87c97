/**
 * Every folder under apps/ that has a parity.yaml is driven: one readable test for each probe and claim. A new app
 * needs no line here. And the calculator's tests in Go are run where they live, in an intermediate stage.
 */
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { check, checkDefaults, loadContract } from "slimproof";
import { describePair } from "slimproof/vitest";
import { expect, test } from "vitest";

const here = import.meta.dirname;
const contracts = globSync("**/parity.yaml", { cwd: here, exclude: ["**/node_modules"] });

for (const contract of contracts.sort()) await describePair(join(here, dirname(contract)));

// That no byte of this stage is in the final image is what the claims on sizes prove. It comes last in this file, so
// that the layers below it have been built and measured.
test("go-calculator passes its own tests in the stage `test`", async ({ signal }) => {
  const folder = join(here, "go-calculator");
  const contract = await loadContract(folder);
  const multi = contract.candidates.find(({ name }) => name === "multi");
  if (multi?.source.kind !== "build") throw new Error("the contract builds no candidate `multi`");
  const stage = { name: "test", source: { ...multi.source, target: "test" } };

  const result = await check(
    [{ contract: { ...contract, candidates: [stage], probes: [], fuzz: [] }, folder }],
    { ...checkDefaults(), jobs: 1, signal },
  );

  const [pair] = result.pairs;
  expect(pair?.error ? [pair.error.message, ...pair.error.detail] : []).toEqual([]);
  expect(pair?.images.candidate).toBeTruthy();
});
