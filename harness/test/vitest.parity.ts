/** The test door: its matchers and what their failures say, and which tests describePair makes of a contract. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import "../src/vitest.ts";

const contract = join(import.meta.dirname, "fixtures", "says-hello");

test("an image behaves like itself under another name", async () => {
  await expect("debian:13-slim").toBehaveLike("debian:trixie-slim", { contract });
});

test("an image with another command does not behave alike, and the failure shows the difference", async () => {
  const failed = expect("python:3.13-slim").toBehaveLike("debian:trixie-slim", { contract });
  await expect(failed).rejects.toThrow(/image config\.cmd\n.*- \["bash"\]\n.*\+ \["python3"\]/);
});

test("an image that is not there is an error that says so", async () => {
  const failed = expect("no-such-image:1").toBehaveLike("debian:trixie-slim", { contract });
  await expect(failed).rejects.toThrow("image no-such-image:1 is not in the engine");
});

test("an image is smaller than another one, by any amount or within a bound", async () => {
  await expect("debian:trixie-slim").toBeSmallerThan("python:3.13-slim");
  await expect("debian:trixie-slim").toBeSmallerThan("python:3.13-slim", "< 99%");
  await expect("python:3.13-slim").not.toBeSmallerThan("debian:trixie-slim");
});

test("a bound that does not hold is told with what was measured", async () => {
  const failed = expect("debian:trixie-slim").toBeSmallerThan("python:3.13-slim", "< 1 MB");
  await expect(failed).rejects.toThrow(
    /measures \d+(\.\d+)? MB of python:3\.13-slim, wanted: < 1 MB/,
  );
});

/** A program that repeats each line after a prompt; `again` is what it puts before it. */
function repeating(again: string): string {
  return `FROM debian:trixie-slim
RUN printf '%s\\n' 'while printf "> "; read -r line; do ${again}; done' > /repeat
CMD ["sh", "/repeat"]
`;
}

test("describePair makes a test of each fuzz entry as well", { timeout: 240_000 }, async () => {
  const told = await run({
    "parity.yaml": `version: 1
name: repeats
baseline: Dockerfile.single
candidates: { right: Dockerfile.single, wrong: Dockerfile.wrong }
probes:
  - { name: is asked nothing, command: { stdin: "" } }
fuzz:
  - name: any line
    terminal: { after: "> ", lines: ["{word}", "{int}"] }
    sessions: 2
    linesPerSession: 20
`,
    "Dockerfile.single": repeating('echo "got $line"'),
    "Dockerfile.wrong": repeating(
      'case "$line" in *[0-9]*) echo number;; *) echo "got $line";; esac',
    ),
    "pair.test.ts": `import { describePair } from ${DOOR};
await describePair(import.meta.dirname, { fuzz: { seed: 7, budget: 30_000 } });
`,
  });
  const passed = [...told].filter(([, { status }]) => status === "passed").map(([name]) => name);
  expect(passed).toEqual([
    ...[...EACH, "is asked nothing", "any line"].map((name) => `right ${name}`),
    ...[...EACH, "is asked nothing"].map((name) => `wrong ${name}`),
  ]);
  const failure = told.get("wrong any line");
  expect(failure?.status).toBe("failed");
  expect(failure?.failureMessages.join("\n")).toMatch(/any line counterexample[^]*\+ [^]*number/);
});

test("a test that is run once more has the pair built and judged once more", async () => {
  const right = 'FROM debian:trixie-slim\nCMD ["true"]\n';
  const told = await run(
    {
      "parity.yaml":
        "version: 1\nname: mended\nbaseline: Dockerfile.single\ncandidates: { multi: Dockerfile }\n",
      "Dockerfile.single": right,
      Dockerfile: `${right}RUN false\n`,
      "pair.test.ts": `import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describePair } from ${DOOR};
afterEach(() => writeFileSync(join(import.meta.dirname, "Dockerfile"), ${JSON.stringify(right)}));
await describePair(import.meta.dirname);
`,
    },
    1,
  );
  expect([...told].map(([name, { status }]) => [name, status])).toEqual(
    EACH.map((name) => [`multi ${name}`, "passed"]),
  );
  expect(told.get("multi can be told")?.failureMessages.join("\n")).toContain("RUN false");
});

const DOOR = JSON.stringify(join(import.meta.dirname, "../src/vitest.ts"));
const EACH = ["can be told", "has the same config", "starts, logs and survives alike"];

interface Told {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

/** What vitest tells of a folder with these files, by the tests' names behind the contract's. */
async function run(
  files: Readonly<Record<string, string>>,
  retry = 0,
): Promise<ReadonlyMap<string, Told>> {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-door-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const test = { globals: true, retry, hookTimeout: 200_000, testTimeout: 200_000 };
  const config = `export default ${JSON.stringify({ test })};\n`;
  for (const [name, text] of Object.entries({ ...files, "vitest.config.mjs": config }))
    await writeFile(join(folder, name), text);
  const done = await execa({
    cwd: join(import.meta.dirname, ".."),
    preferLocal: true,
    reject: false,
  })`vitest run --root ${folder} --reporter json --outputFile told.json`;
  const json = await readFile(join(folder, "told.json"), "utf8").catch(() => done.stderr);
  expect(json).toContain("testResults");
  const { testResults } = JSON.parse(json) as {
    readonly testResults: readonly { readonly assertionResults: readonly Told[] }[];
  };
  return new Map(
    testResults[0]?.assertionResults.map((it) => [it.fullName.replace(/^.*?\) /, ""), it]),
  );
}
