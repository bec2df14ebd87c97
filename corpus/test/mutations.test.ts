/** Whether all of the judge is put to the proof; nothing is run here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NOISE_KINDS, RULES } from "slimproof";
import { expect, test } from "vitest";
import { FACTS, kindOf, MUTATIONS } from "../src/mutations.ts";

test("every kind of fact that docs/contract.md lists can be switched off", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../docs/contract.md"), "utf8");
  const table = docs.slice(docs.indexOf("## Facts"), docs.indexOf("## Verdicts"));
  const rows = table.split("\n").filter((line) => line.startsWith("| "));
  const documented = rows.flatMap((line) =>
    [...(line.split("|")[2] ?? "").matchAll(/`([a-z]+(?:\.[a-z]+)*)(?:\.[A-Z]+)?`/g)].map(
      ([, fact = ""]) => fact,
    ),
  );
  expect(documented.length).toBeGreaterThan(25);
  expect(documented.filter((fact) => kindOf(fact) === null)).toEqual([]);
  expect(new Set(documented.map(kindOf))).toEqual(new Set(FACTS));
});

test("a fact's kind is the part that is no name", () => {
  expect(kindOf("http.header.content-type")).toBe("http.header");
  expect(kindOf("files./app/static")).toBe("files");
  expect(kindOf("exit.code")).toBe("exit.code");
  expect(kindOf("exit.codes")).toBeNull();
});

test("every rule and every kind of noise has its mutation, each by its own name", () => {
  const names = MUTATIONS.map(({ name }) => name);
  for (const rule of Object.keys(RULES)) expect(names).toContain(`rule ${rule}`);
  for (const kind of NOISE_KINDS) expect(names).toContain(`noise ${kind}`);
  expect(new Set(names).size).toBe(names.length);
});
