import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { contractJsonSchema, parseContract } from "../../src/contract/load.ts";
import { withReference } from "../../src/contract/reference.ts";

const page = readFileSync(new URL("../../../docs/contract.md", import.meta.url), "utf8");
const WRITE = "run: node harness/src/contract/write-docs.ts";

describe("what is made from the schema is up to date", () => {
  test("harness/schema/parity.schema.json", () => {
    const file = new URL("../../schema/parity.schema.json", import.meta.url);
    expect(JSON.parse(readFileSync(file, "utf8")), WRITE).toEqual(contractJsonSchema());
  });

  test("the reference in docs/contract.md", () => {
    expect(page, WRITE).toBe(withReference(page, contractJsonSchema()));
  });
});

test("every key is described, and every link of the reference leads to a heading", () => {
  expect(page).not.toContain("undefined");
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll(" ", "-"),
  );
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !headings.includes(link ?? ""))).toEqual([]);
  expect(new Set(headings).size).toBe(headings.length);
});

const examples = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ""]) => text);

test.each(examples)("an example on the page loads: %#", (text) => {
  expect(
    parseContract(text, { file: resolve("docs/parity.yaml"), folder: resolve("docs") }).candidates,
  ).not.toEqual([]);
});

test("there are examples on the page, and its JSON is JSON", () => {
  expect(examples.length).toBeGreaterThanOrEqual(3);
  const [json] = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text = ""]) => text);
  expect(JSON.parse(json ?? "")).toMatchObject({ schema: 1 });
});

test("a page without the markers is refused", () => {
  expect(() => withReference("# no markers", contractJsonSchema())).toThrow(/reference/);
});
