/** Differences planted in the calculator: each has to be found by the seed contract's own generators, and made small. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openEngine, type Engine } from "../../src/engine/engine.ts";
import { fuzz } from "../../src/fuzz/fuzz.ts";
import { loadContract } from "../../src/contract/load.ts";
import type { FuzzResult } from "../../src/model/fuzz-result.ts";
import type { Image } from "../../src/model/image.ts";
import { folder, options, source } from "../engine/workbench.ts";

const APP = join(import.meta.dirname, "../../../apps/go-calculator");
const TIMEOUT = 240_000;
/** What is planted is to be found in a minute. */
const BUDGET = 60_000;

/** What the app's own contract generates, but more of it than a demonstration has time for. */
const contract = await loadContract(APP);
const SESSIONS = 80;

let engine: Engine;
let main: string;
beforeAll(async () => {
  engine = await openEngine(false);
  main = await readFile(join(APP, "main.go"), "utf8");
}, TIMEOUT);
afterAll(() => engine[Symbol.asyncDispose](), TIMEOUT);

async function build(program: string, env = ""): Promise<Image> {
  const context = folder({
    "main.go": program,
    "go.mod": "module calculator\n\ngo 1.26\n",
    Dockerfile: `FROM golang:1.26 AS builder
WORKDIR /app
COPY go.mod main.go ./
RUN --mount=type=cache,target=/root/.cache/go-build ${env} CGO_ENABLED=0 go build -o app .
FROM scratch
COPY --from=builder /app/app /app
CMD ["/app"]
`,
  });
  return await engine.image(source(context), options());
}

async function fuzzed(baseline: Image, candidate: Image): Promise<FuzzResult> {
  const [entry] = contract.fuzz;
  if (entry?.kind !== "terminal") throw new Error("the contract has no fuzz entry for a terminal");
  return await fuzz(
    { ...entry, sessions: SESSIONS },
    contract,
    { baseline, candidate },
    engine.containers,
    {
      seed: 42,
      budget: BUDGET,
      known: [],
      gate: (task) => task(),
      signal: AbortSignal.timeout(TIMEOUT),
    },
  );
}

/** Replaces what must be there. */
function edited(program: string, ...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, program);
}

const word = [
  ["strconv.ParseInt(parts[0], 10, 64)", "strconv.Atoi(parts[0])"],
  ["strconv.ParseInt(parts[2], 10, 64)", "strconv.Atoi(parts[2])"],
  ["number int64", "number int"],
  ["FormatInt(number, 10)", "Itoa(number)"],
] as const;

test("numbers of 32 bits", { timeout: TIMEOUT }, async () => {
  const program = edited(main, ...word);
  const found = await fuzzed(await build(program), await build(program, "GOARCH=386"));
  expect(found.counterexample?.shown.length).toBeLessThanOrEqual(32);
  expect(found.counterexample?.baseline).toContain("Result: ");
});

test("a negative zero", { timeout: TIMEOUT }, async () => {
  const planted = edited(main, [
    "\tif leftErr != nil ||",
    '\tif parts[0] == "-0" {\n\t\treturn "Result: -0"\n\t}\n\tif leftErr != nil ||',
  ]);
  const found = await fuzzed(await build(main), await build(planted));
  expect(found.counterexample?.shown).toMatch(/^"-0 . \S+"$/);
});

test("a tab between operands", { timeout: TIMEOUT }, async () => {
  const planted = edited(main, ['strings.Split(line, " ")', "strings.Fields(line)"]);
  const found = await fuzzed(await build(main), await build(planted));
  expect(found.counterexample?.input).toMatch(/^\S+(?:\s\s|[^\S ]).*/);
  expect(String(found.counterexample?.input).length).toBeLessThanOrEqual(30);
});

test("a line of 70,000 characters", { timeout: TIMEOUT }, async () => {
  const planted = edited(
    main,
    ["lines := bufio.NewReader(in)", "lines := bufio.NewScanner(in)"],
    [
      "line, err := lines.ReadString('\\n')",
      "more := lines.Scan()\n\t\tline, err := lines.Text(), lines.Err()\n\t\tif err == nil && !more {\n\t\t\terr = io.EOF\n\t\t}",
    ],
  );
  const found = await fuzzed(await build(main), await build(planted));
  const length = String(found.counterexample?.input).length;
  expect(length).toBeGreaterThanOrEqual(65_535);
  expect(length).toBeLessThan(70_000);
});

test("two builds of one program are never told apart", { timeout: TIMEOUT }, async () => {
  const found = await fuzzed(await build(main), await build(`${main}\n`));
  expect(found.counterexample).toBeNull();
  expect(found.error).toBeNull();
  expect(found.asked).toBeGreaterThan(200);
});
