import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseContract } from "../../src/contract/load.ts";
import { InputError } from "../../src/model/error.ts";

const GOOD = "version: 1\nbaseline: Dockerfile.single\ncandidates: [Dockerfile.multi]\n";
const folder = join(process.cwd(), "app");

const [, ...cases] = readFileSync(new URL("bad.txt", import.meta.url), "utf8")
  .split(/^(?=(?:\+\+\+|---) \w)/m)
  .map((text) => {
    const [title = "", ...lines] = text.trimEnd().split("\n");
    const said = lines.filter((line) => line.startsWith("> ")).map((line) => line.slice(2));
    const yaml = lines.slice(0, lines.length - said.length).map((line) => `${line}\n`);
    return {
      title: title.slice(4),
      text: (title.startsWith("+++") ? GOOD : "") + yaml.join(""),
      said: said.map((line) => `app/parity.yaml:${line}`),
    };
  });

test("there are at least 60 bad contracts, each with a title of its own and something said of it", () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  expect(cases.filter(({ said }) => said.length === 0)).toEqual([]);
});

test("what they stand below is a good contract", () => {
  expect(parseContract(GOOD, { file: join(folder, "parity.yaml"), folder }).name).toBe("app");
});

test.each(cases)("$title", ({ text, said }) => {
  expect(problems(text)).toEqual(said);
});

function problems(text: string): readonly string[] {
  try {
    parseContract(text, { file: join(folder, "parity.yaml"), folder });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message.split("\n");
  }
}
