import fc from "fast-check";
import { expect, test } from "vitest";
import { TOKENS } from "../../../src/measure/surface/secret-tokens.ts";
import { runsIn, SHORTEST } from "../../../src/measure/surface/token-runs.ts";

const runs = (text: string): readonly [string, boolean] => {
  const { tokens, base64 } = runsIn(Buffer.from(text, "latin1"));
  return [tokens.toString("latin1"), base64];
};

test("finds what looking at every byte finds", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "Z", "0", "_", "-", ".", "=", "/", "+"),
    maxLength: 60,
  });
  const texts = fc.array(fc.oneof(word, fc.constantFrom(" ", "\n", '"', ":", "\u00e9", "\0")), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(texts, (pieces) => {
      const text = pieces.join("");
      const found = text.match(/[\w.=/+-]{25,}/g) ?? [];
      expect(runs(text)).toEqual([
        found.map((it) => `${it}\n`).join(""),
        /[A-Za-z0-9/+]{40}/.test(text),
      ]);
    }),
    { numRuns: 3000 },
  );
});

test.each([24, 25, 26, 39, 40, 41])("a run of %i characters, wherever it stands", (length) => {
  const run = "k".repeat(length);
  for (let before = 0; before < 60; before++)
    for (const after of ["", " ", "\n\n"])
      expect(runs(`${" ".repeat(before)}${run}${after}`)).toEqual([
        length >= 25 ? `${run}\n` : "",
        length >= 40,
      ]);
});

test("nothing of an earlier text is left", () => {
  runs("x".repeat(5000));
  expect(runs("short")).toEqual(["", false]);
});

test("marks of tokens in one piece are such that a run can hold them", () => {
  for (const { marks } of TOKENS.filter(({ run }) => run === "token"))
    for (const mark of marks) expect(mark).toMatch(/^[\w.=/+-]+$/);
});

test("the shortest token is no shorter than a run", () => {
  const shortest = `${["gl", "dt-"].join("")}${"a".repeat(20)}`;
  expect(shortest).toHaveLength(SHORTEST);
  const rule = TOKENS.find(({ kind }) => kind === "GitLab token");
  expect(shortest.match(rule?.pattern ?? /never/)).not.toBeNull();
  expect(shortest.slice(0, -1).match(rule?.pattern ?? /never/)).toBeNull();
});
