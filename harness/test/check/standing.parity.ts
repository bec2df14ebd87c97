/** A baseline that stays while a candidate's Dockerfile is edited: what a learner does, save by save. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { standUp, type Progress, type Standing } from "../../src/check.ts";
import { loadContract } from "../../src/contract/load.ts";
import { OWNER, OWNER_LABEL } from "../../src/engine/owner.ts";
import type { PairResult } from "../../src/model/result.ts";

const CLI = join(import.meta.dirname, "../../src/cli.js");

const TIMEOUT = 240_000;
const CONTRACT = `version: 1
baseline: Dockerfile.single
candidates: [Dockerfile.multi]
probes:
  - name: greets
    command: { args: [] }
`;
const SINGLE = `FROM debian:trixie-slim
WORKDIR /app
COPY greet.sh words.txt ./
CMD ["sh", "greet.sh"]
`;
const MULTI = `FROM debian:trixie-slim AS build
WORKDIR /app
COPY greet.sh words.txt ./
FROM debian:trixie-slim
WORKDIR /app
COPY --from=build /app/greet.sh /app/words.txt ./
CMD ["sh", "greet.sh"]
`;

type Scratch = Pick<PairResult, "verdict" | "facts" | "differences">;

/** Tells how often it was asked; `young` or `old`, too, by the seconds that it may run until it is that. */
const VISITS = `$began = time; $| = 1;
$server = IO::Socket::INET->new(LocalPort => 7000, Listen => 9, ReuseAddr => 1) or die;
while ($client = $server->accept) {
  next unless defined $client->getline;
  print $client "visit ", ++$visits, ", ", (time - $began < 12 ? "young" : "old"), "\\n";
  close $client;
}`;
/** What a program asks of it, and tells. */
const VISIT = `perl -MIO::Socket::INET -e '
$db = IO::Socket::INET->new("db:7000") or die;
print $db "visit\\n"; print $db->getline' | `;
const SERVICES = `services:
  db:
    image: debian:trixie-slim
    args: [perl, "-MIO::Socket::INET", -e, ${JSON.stringify(VISITS)}]
    ready: { port: 7000 }
`;

interface Desk {
  readonly standing: Standing;
  readonly progress: Progress[];
  write(file: string, text: string): Promise<void>;
  judge(signal?: AbortSignal): Promise<PairResult>;
  /** What the command says of the same folder, from scratch. */
  scratch(): Promise<Scratch>;
}

async function desk(script: string, services = ""): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-standing-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = (file: string, text: string): Promise<void> => writeFile(join(folder, file), text);
  await write("parity.yaml", `${CONTRACT}${services}`);
  await write("Dockerfile.single", SINGLE);
  await write("Dockerfile.multi", MULTI);
  await write("words.txt", "Good morning\n");
  await write("greet.sh", script);
  const contract = await loadContract(folder);
  const standing = await standUp({ contract, folder: "a desk" });
  onTestFinished(() => standing[Symbol.asyncDispose]());
  const progress: Progress[] = [];
  return {
    standing,
    progress,
    write,
    judge(signal = new AbortController().signal) {
      progress.length = 0;
      return standing.check("multi", { signal, onProgress: (it) => void progress.push(it) });
    },
    async scratch() {
      const done = await execa({
        reject: false,
      })`${process.execPath} ${CLI} check ${folder} --json --quiet`;
      return (JSON.parse(done.stdout) as { readonly pairs: readonly [Scratch] }).pairs[0];
    },
  };
}

/** Containers, images and networks of this process that are in the engine. */
async function ours(): Promise<string[]> {
  const filter = `label=${OWNER_LABEL}=${OWNER}`;
  const { stdout: containers } = await execa`docker ps --all --quiet --filter ${filter}`;
  const { stdout: images } = await execa`docker images --quiet --filter ${filter}`;
  const { stdout: networks } = await execa`docker network ls --quiet --filter ${filter}`;
  return `${containers}\n${images}\n${networks}`.split("\n").filter((line) => line !== "");
}

test("right, broken, mended, unbuildable and right again", { timeout: TIMEOUT }, async () => {
  const { standing, write, judge, scratch, progress } = await desk("cat /app/words.txt\n");
  await standing.ready;
  const first = await judge();
  expect(first).toMatchObject({ verdict: "same", folder: "a desk", candidate: "multi" });
  expect(await scratch()).toMatchObject({ verdict: "same", facts: first.facts });
  expect(first.images.candidate?.size.unpacked).toBeGreaterThan(10_000_000);
  // One image a side, and the baseline is not touched again.
  expect(await ours()).toHaveLength(2);
  expect(progress.filter(({ image }) => image === "single")).toEqual([]);

  await write("Dockerfile.multi", MULTI.replace("/app/greet.sh /app/words.txt", "/app/greet.sh"));
  const broken = await judge();
  expect(broken.verdict).toBe("differs");
  const stdout = broken.differences.find(({ fact }) => fact === "stdout");
  expect(stdout).toMatchObject({ probe: "greets", baseline: "Good morning\n", candidate: "" });
  expect(stdout?.causes[0]).toMatchObject({ id: "missing-file" });
  // What a first run says is told before further runs have confirmed it.
  const told = progress.filter(({ kind }) => kind === "likely" || kind === "judged");
  expect(told).toMatchObject([
    { kind: "likely", result: { verdict: "differs", differences: broken.differences } },
    { kind: "judged", verdict: "differs" },
  ]);
  expect(broken.differences).toEqual((await scratch()).differences);
  expect(await ours()).toHaveLength(2); // the first candidate is gone

  await write("Dockerfile.multi", `${MULTI}RUN exit 3\n`);
  expect(await judge()).toMatchObject({
    verdict: "unproven",
    error: { message: expect.stringContaining("exit code 3") as string },
    images: { candidate: null },
  });
  expect(await ours()).toHaveLength(1);

  await write("Dockerfile.multi", MULTI);
  expect(await judge()).toMatchObject({ verdict: "same", differences: [] });
  await standing[Symbol.asyncDispose]();
  expect(await ours()).toEqual([]);
});

test("a newer save ends the check that is under way", { timeout: TIMEOUT }, async () => {
  const { standing, write, judge, progress } = await desk("cat /app/words.txt; sleep 3\n");
  await standing.ready;
  const before = await ours();
  const driving = new AbortController();
  const first = judge(driving.signal);
  await expect
    .poll(() => progress.some(({ kind }) => kind === "drive"), { timeout: 60_000 })
    .toBe(true);
  await delay(500); // into the program
  driving.abort(new Error("saved"));
  await expect(first).rejects.toThrow("saved");

  await write("Dockerfile.multi", `${MULTI}RUN sleep 60\n`);
  const building = new AbortController();
  const second = judge(building.signal);
  await delay(1000);
  building.abort(new Error("saved again"));
  await write("Dockerfile.multi", MULTI);
  const third = judge();
  await expect(second).rejects.toThrow("saved again");
  expect(await third).toMatchObject({ verdict: "same" });
  await expect.poll(ours, { timeout: 30_000 }).toHaveLength(before.length + 1); // of the candidate, the last image only

  const last = judge();
  await standing[Symbol.asyncDispose]();
  await expect(last).rejects.toThrow("disposed");
  expect(await ours()).toEqual([]);
});

test(
  "a clock that moves on between the baseline and a save is no difference",
  { timeout: TIMEOUT },
  async () => {
    const { standing, judge, progress } = await desk("echo $(($(date +%s) / 5)) since 1970\n");
    await standing.ready;
    await delay(6_000);
    expect(await judge()).toMatchObject({ verdict: "same", differences: [] });
    await delay(6_000);
    expect(await judge()).toMatchObject({ verdict: "same", differences: [] });
    // What the first check learnt spares the second one its further runs.
    expect(progress.filter(({ kind }) => kind === "again")).toEqual([]);
  },
);

test(
  "services wait for the next check, and no check sees what another left",
  { timeout: TIMEOUT },
  async () => {
    const { standing, judge, progress, write } = await desk(`${VISIT}cut -d , -f 1\n`, SERVICES);
    const told = (): string[] =>
      progress.flatMap((it) => (it.kind === "drive" ? [`${it.image}: ${it.probe}`] : []));
    await standing.ready;
    expect(await ours()).toHaveLength(1); // the baseline's image
    for (const check of ["first", "second"]) {
      await write("words.txt", `${check}\n`);
      expect(await judge()).toMatchObject({ verdict: "same", differences: [] });
      // Both images, and a service in a network of its own that waits, once those of this check are gone.
      await expect.poll(ours, { timeout: 60_000 }).toHaveLength(4);
      await delay(3_000); // until it is ready
      await expect(ours()).resolves.toHaveLength(4);
    }
    expect(told()).toEqual(["multi: greets"]); // no service had to be started
    await write("greet.sh", `${VISIT}cat; ${VISIT}cut -d , -f 1\n`);
    const broken = await judge();
    const [difference] = broken.differences;
    expect(difference).toMatchObject({ fact: "stdout", baseline: "visit 1\n" });
    expect(difference?.candidate).toMatch(/^visit 1, \w+\nvisit 2\n$/);
    await standing[Symbol.asyncDispose]();
    expect(await ours()).toEqual([]);
  },
);

test(
  "that services have waited is no flaw of an image that tells their age",
  { timeout: TIMEOUT },
  async () => {
    const { standing, judge, progress } = await desk(`${VISIT}cat\n`, SERVICES);
    const again = (): number => progress.filter(({ kind }) => kind === "again").length;
    await standing.ready;
    expect(await judge()).toMatchObject({ verdict: "same" });
    expect(again()).toBe(0);
    await delay(15_000);
    expect(await judge()).toMatchObject({ verdict: "same", flaky: [], differences: [] });
    expect(again()).toBeGreaterThan(0);
    // From then on they are started for each check.
    await delay(15_000);
    expect(await judge()).toMatchObject({ verdict: "same" });
    expect(again()).toBe(0);
    await standing[Symbol.asyncDispose]();
    expect(await ours()).toEqual([]);
  },
);

test(
  "a baseline that cannot be built leaves every check unproven",
  { timeout: TIMEOUT },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "slimproof-standing-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await writeFile(join(folder, "parity.yaml"), CONTRACT);
    await writeFile(join(folder, "Dockerfile.single"), "FROM debian:trixie-slim\nRUN exit 4\n");
    await writeFile(join(folder, "Dockerfile.multi"), "FROM debian:trixie-slim\n");
    const contract = await loadContract(folder);
    await using standing = await standUp({ contract, folder });
    await standing.ready;
    const { signal } = new AbortController();
    await expect(standing.check("multi", { signal })).resolves.toMatchObject({
      verdict: "unproven",
      error: { message: expect.stringContaining("exit code 4") as string },
      images: { baseline: null, candidate: { image: { standIns: expect.any(Array) as string[] } } },
    });
    await expect(standing.check("none", { signal })).rejects.toThrow(
      'no candidate "none"; there are: multi',
    );
  },
);
