/** What the corpus must hold to be worth its name; nothing is run here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadCases } from "../src/cases.ts";

const CORPUS = join(import.meta.dirname, "..");
const cases = await loadCases();
const of = (verdict: string) => cases.filter(({ expected }) => expected.verdict === verdict);

test("there are breakages, look-alikes, and pairs of which nothing can be told", () => {
  expect(of("differs").length).toBeGreaterThanOrEqual(28);
  expect(of("same").length).toBeGreaterThanOrEqual(9);
  expect(of("unproven").length).toBeGreaterThanOrEqual(3);
});

test("every cause of docs/contract.md has a case, and no case has another", () => {
  const docs = readFileSync(join(CORPUS, "..", "docs", "contract.md"), "utf8");
  const table = docs.slice(docs.indexOf("## Causes"), docs.indexOf("## Reference"));
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const documented = rows.flatMap((line) =>
    [...(line.split("|")[1] ?? "").matchAll(/`([a-z-]+)`/g)].map(([, id]) => id),
  );
  expect(documented.length).toBeGreaterThan(20);
  const covered = new Set(cases.flatMap(({ expected }) => expected.causes));
  expect([...covered].toSorted()).toEqual(documented.toSorted());
});

test("in at least eight breakages, one probe of several shows it", () => {
  const hidden = of("differs").filter(
    ({ contract, expected }) =>
      expected.only && contract.probes.some(({ name }) => name !== expected.probe),
  );
  expect(hidden.length).toBeGreaterThanOrEqual(8);
});

test("every case tells what it is about, and every breakage where it was seen", () => {
  for (const { name, expected } of cases) {
    const readme = readFileSync(join(CORPUS, name, "README.md"), "utf8");
    expect(readme.split("\n")[0]).toBe(`# ${name}`);
    if (expected.verdict === "differs")
      expect(readme, name).toMatch(/\(https:\/\/github\.com\/[^/]+\/[^/]+\/(issues|pull)\/\d+\)/);
  }
});
