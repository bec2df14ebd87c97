/** Pairs that were built twice from one Dockerfile: nothing may tell them apart. */
import { join, relative } from "node:path";
import { check, checkDefaults, loadContract, type CheckOptions, type PairResult } from "slimproof";

const ROOT = join(import.meta.dirname, "../..");

/** A program at a terminal, a web server, and one whose every answer is noise in part. */
export const TWINS = ["apps/go-calculator", "apps/flask-hello", "corpus/random-id"] as const;

/** Builds the single-stage image of each twice without Docker's cache, and compares the two, `count` times. */
export async function checkTwins(
  count: number,
  options: Partial<CheckOptions>,
): Promise<readonly PairResult[]> {
  const subjects = await Promise.all(
    TWINS.map(async (folder) => {
      const contract = await loadContract(join(ROOT, folder));
      const twin = { name: "twin", source: contract.baseline };
      const claims = { size: null, transfer: null, packages: null, absent: [], user: null };
      return {
        contract: { ...contract, candidates: [twin], claims, fuzz: [] },
        folder: relative(process.cwd(), join(ROOT, folder)) || ".",
      };
    }),
  );
  const asked = Array.from({ length: count }, () => subjects).flat();
  const result = await check(asked, { ...checkDefaults(), ...options, cache: false });
  return result.pairs;
}
