/**
 * `--runs N`: a program that misbehaves now and then is not passed by luck. Its rates are random; what is expected here
 * fails by bad luck less than once in a thousand times.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import type { PairResult } from "../../src/model/result.ts";

const CLI = join(import.meta.dirname, "../../src/cli.js");
const TIMEOUT = 240_000;

/** A program that is down one time in `often`, 0 for never. The command is the same for all of them. */
function program(often: number): string {
  const down = often === 0 ? "false" : `test $(($(od -An -N2 -tu2 /dev/urandom) % ${often})) = 0`;
  return `FROM debian:trixie-slim
RUN echo '${down} && echo service is down || echo all is well' > /program
CMD ["sh", "/program"]
`;
}

async function checked(
  single: string,
  multi: string,
  runs: number,
): Promise<{ readonly exitCode: number; readonly pair: PairResult; readonly said: string }> {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-runs-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(
    join(folder, "parity.yaml"),
    `version: 1
baseline: Dockerfile.single
candidates: [Dockerfile.multi]
probes:
  - { name: tells, command: { args: [] } }
`,
  );
  await writeFile(join(folder, "Dockerfile.single"), single);
  await writeFile(join(folder, "Dockerfile.multi"), multi);
  const done = await execa({
    reject: false,
  })`${process.execPath} ${CLI} check ${folder} --json --runs ${runs}`;
  expect(done.stdout, done.stderr).not.toBe("");
  const { pairs } = JSON.parse(done.stdout) as { readonly pairs: readonly [PairResult] };
  return { exitCode: done.exitCode ?? -1, pair: pairs[0], said: done.stderr };
}

test("what differs in some runs is flaky, with its rate", { timeout: TIMEOUT }, async () => {
  const { exitCode, pair } = await checked(program(0), program(4), 30);
  expect(exitCode).toBe(2);
  expect(pair.verdict).toBe("unproven");
  expect(pair.flaky).toMatchObject([
    {
      probe: "tells",
      fact: "stdout",
      of: 30,
      baseline: { runs: 0 },
      usual: "all is well\n",
      instead: "service is down\n",
    },
  ]);
  const [flaky] = pair.flaky;
  expect(flaky?.runs).toBeGreaterThanOrEqual(1);
  expect(flaky?.runs).toBeLessThanOrEqual(15);
  expect(flaky?.baseline.of).toBeGreaterThanOrEqual(30);
});

test("what both do as often is noise", { timeout: TIMEOUT }, async () => {
  const { exitCode, pair } = await checked(program(3), program(3), 30);
  // Docker waits two seconds for the last output of a container that has ended, and loses it on a machine that is busier than
  // that: one empty answer in some thousand containers, which is rightly told as flaky and says nothing of rates.
  const flaky = pair.flaky.filter((it) => !(it.instead === "" && it.runs === 1));
  expect({ flaky, differences: pair.differences }).toEqual({ flaky: [], differences: [] });
  expect(pair.verdict).toBe(pair.flaky.length === 0 ? "same" : "unproven");
  expect(exitCode).toBe(pair.flaky.length === 0 ? 0 : 2);
});

test("what never changes is the same after many runs", { timeout: TIMEOUT }, async () => {
  const { pair, said } = await checked(program(0), program(0), 10);
  expect(pair).toMatchObject({ verdict: "same", flaky: [], noise: [], noiseWithin: [], notes: [] });
  expect(said).not.toContain("once more");
});
