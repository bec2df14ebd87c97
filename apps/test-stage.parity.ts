/**
 * Tests in an intermediate stage: the build of the calculator's stage `test` runs `go vet` and `go test`, and ships
 * nothing. Here that stage is built; that no byte of it is in the final image is what the claims on sizes prove.
 */
import { join } from "node:path";
import { check, loadContract } from "slimproof";
import { expect, test } from "vitest";

test("go-calculator passes its own tests in the stage `test`", async ({ signal }) => {
  const folder = join(import.meta.dirname, "go-calculator");
  const contract = await loadContract(folder);
  const multi = contract.candidates.find(({ name }) => name === "multi");
  if (multi?.source.kind !== "build") throw new Error("the contract has no candidate `multi`");
  const stage = { name: "test", source: { ...multi.source, target: "test" } };

  const result = await check(
    [{ contract: { ...contract, candidates: [stage], probes: [] }, folder }],
    {
      jobs: 1,
      cache: true,
      keep: false,
      only: null,
      candidates: null,
      signal,
      onProgress: () => {},
    },
  );

  const [error] = result.pairs.map((pair) => pair.error);
  expect(error ? [error.message, ...error.detail] : []).toEqual([]);
  expect(result.pairs[0]?.images.candidate).not.toBeNull();
});
