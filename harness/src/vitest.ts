/** The test door: a contract becomes readable tests, and two matchers. Importing it registers the matchers. */
import { relative } from "node:path";
import { beforeAll, describe, expect, test, type TestContext } from "vitest";
import { check, checkDefaults, measureRefs, type CheckOptions } from "./check.ts";
import { claimNames, judgeClaims } from "./compare/claims.ts";
import { loadContract } from "./contract/load.ts";
import { contractOfImages } from "./contract/select.ts";
import { parseBound } from "./contract/units.ts";
import type { Claims, Contract } from "./model/contract.ts";
import type { CheckResult, Difference, Flaky, PairResult } from "./model/result.ts";
import { differenceLines, flakyLines } from "./report/difference.ts";
import { painter } from "./report/text.ts";
import { terminalReport } from "./report/terminal.ts";

/**
 * Registers one test for the images' config, the served container, each probe, each fuzz entry and each claim of every
 * candidate of a contract, as far as `options` do not leave them out. Use it with await at the top of a test file. `folder` is taken from the working folder.
 * Where vitest's `retry` has a test run once more, the images are built, driven and judged once more, together for all
 * tests of a contract: to look at the same result again would tell the same.
 * @throws InputError when the contract cannot be loaded.
 */
export async function describePair(
  folder: string,
  options: Partial<CheckOptions> = {},
): Promise<void> {
  const contract = await loadContract(folder);
  describe(`${contract.name} (${relative(process.cwd(), contract.folder)})`, () => {
    let result: Promise<CheckResult>;
    let retries = 0;
    const begin = (): Promise<CheckResult> =>
      check([{ contract, folder }], { ...checkDefaults(), ...options });
    beforeAll(async () => {
      await (result = begin());
    });
    const { only = null, candidates = null } = options;
    for (const { name } of contract.candidates.filter(
      (it) => candidates?.includes(it.name) ?? true,
    ))
      describe(name, () => {
        registerTests(contract, only, async (retry) => {
          if (retry > retries) {
            retries = retry;
            result = begin();
          }
          const pair = (await result).pairs.find((it) => it.candidate === name);
          if (!pair) throw new Error(`${name} was not checked`);
          return pair;
        });
      });
  });
}

function registerTests(
  contract: Contract,
  only: readonly string[] | null,
  pairOf: (retry: number) => Promise<PairResult>,
): void {
  const pair = ({ task }: TestContext): Promise<PairResult> => pairOf(task.result?.retryCount ?? 0);
  test("can be told", async (context) => {
    const { error } = await pair(context);
    const lines = error ? [error.message, ...error.detail] : [];
    expect(lines, `\n${lines.join("\n")}\n`).toEqual([]);
  });
  for (const [title, probe] of [
    ["has the same config", "image"],
    ["starts, logs and survives alike", "container"],
    ...[...contract.probes, ...contract.fuzz]
      .filter(({ name }) => only?.includes(name) ?? true)
      .map(({ name }) => [name, name] as const),
  ] as const)
    test(title, async (context) => {
      const found = await pair(context);
      if (found.verdict === "unproven") throw new Error(found.error?.message ?? "unproven");
      const open = found.differences.filter((it) => it.probe === probe && it.accepted === null);
      const flaky = found.flaky.filter((it) => it.probe === probe && it.accepted === null);
      expect([...open, ...flaky], shown(found, open, flaky)).toEqual([]);
    });
  for (const name of claimNames(contract.claims))
    test(`claim ${name}`, async (context) => {
      expect((await pair(context)).claims.find(({ claim }) => claim === name)).toMatchObject({
        holds: true,
      });
    });
}

function shown(
  { candidate }: PairResult,
  differences: readonly Difference[],
  flaky: readonly Flaky[],
): string {
  const lines = [
    ...differences.flatMap((it) => differenceLines(candidate, it, painter(false), 100)),
    ...flaky.flatMap((it) => flakyLines(candidate, it, painter(false), 100)),
  ];
  return `\n${lines.join("\n")}\n`;
}

interface SlimproofMatchers {
  /** The image behaves as `baseline` under the probes of a contract (folder or file). */
  toBehaveLike(baseline: string, options: { readonly contract: string }): Promise<void>;
  /** The image is smaller than `baseline`: by any amount, or within a bound such as `< 25%` or `< 30 MB`. */
  toBeSmallerThan(baseline: string, bound?: string): Promise<void>;
}

declare module "vitest" {
  interface Matchers<
    R extends void | Promise<void> = void | Promise<void>,
    T = unknown,
  > extends SlimproofMatchers {}
}

expect.extend({
  async toBehaveLike(candidate: string, baseline: string, { contract }: { contract: string }) {
    const images = contractOfImages(await loadContract(contract), baseline, candidate);
    const result = await check([{ contract: images, folder: contract }], checkDefaults());
    return {
      pass: result.verdict === "same",
      message: () => `${candidate} against ${baseline}:\n${terminalReport(result, false)}`,
    };
  },
  async toBeSmallerThan(candidate: string, baseline: string, bound = "smaller") {
    const size = { text: bound, bound: parseBound(bound) };
    const [base, other] = await measureRefs([baseline, candidate], checkDefaults());
    if (!base || !other) throw new Error("two images were asked for, fewer were measured");
    const [claim] = judgeClaims({ ...NO_CLAIMS, size }, base, other);
    return {
      pass: claim?.holds ?? false,
      message: () => `${candidate} measures ${claim?.measured} of ${baseline}, wanted: ${bound}`,
    };
  },
});

const NO_CLAIMS: Claims = { size: null, transfer: null, packages: null, absent: [], user: null };
