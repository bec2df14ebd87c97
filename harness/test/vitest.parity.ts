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

interface Told {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

test("describePair makes a test of each fuzz entry as well", { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-door-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = {
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
    "repeats.test.ts": `import { describePair } from ${JSON.stringify(join(import.meta.dirname, "../src/vitest.ts"))};
await describePair(${JSON.stringify(folder)}, { fuzz: { seed: 7, budget: 30_000 } });
`,
    "vitest.config.mjs": "export default { test: { hookTimeout: 200_000 } };\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const done = await execa({
    cwd: join(import.meta.dirname, ".."),
    preferLocal: true,
    reject: false,
  })`vitest run --root ${folder} --reporter json --outputFile told.json`;
  const json = await readFile(join(folder, "told.json"), "utf8").catch(() => done.stderr);
  expect(json).toContain("testResults");
  const [file] = (JSON.parse(json) as Told).testResults;
  const told = new Map(
    file?.assertionResults.map((it) => [it.fullName.replace(/^.*?\) /, ""), it]),
  );
  const passed = [...told].filter(([, { status }]) => status === "passed").map(([name]) => name);
  const each = [
    "can be told",
    "has the same config",
    "starts, logs and survives alike",
    "is asked nothing",
  ];
  expect(passed).toEqual([
    ...[...each, "any line"].map((name) => `right ${name}`),
    ...each.map((name) => `wrong ${name}`),
  ]);
  const failure = told.get("wrong any line");
  expect(failure?.status).toBe("failed");
  expect(failure?.failureMessages.join("\n")).toMatch(/any line counterexample[^]*\+ [^]*number/);
});
