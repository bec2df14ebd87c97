/** What is told first. */
import { expect, test } from "vitest";
import { inOrder, type Findings } from "../../src/explain/explain.ts";

const WORKDIR = { probe: "image", fact: "config.workdir" };
const USER = { probe: "image", fact: "config.user" };
const EXIT = { probe: "container", fact: "exit.code" };
const FACTS = [WORKDIR, USER, EXIT, { probe: "greets", fact: "stdout" }];

/** What the rule of programs found for the exit code. */
function order(...ids: readonly ("missing-file" | "changed-workdir")[]): readonly unknown[] {
  const programRules = ids.map((id) => ({ id, evidence: "", mend: null, strength: 95 }));
  const found = (it: unknown): Findings => (it === EXIT ? { programRules } : {});
  return inOrder(FACTS, found).map(({ fact }) => fact);
}

test("a program that is missing is told before a lost WORKDIR", () => {
  expect(order("missing-file")).toEqual(["config.user", "exit.code", "config.workdir", "stdout"]);
});

test("a program that only the lost WORKDIR hides is not, nor one that is there", () => {
  const facts = FACTS.map(({ fact }) => fact);
  expect(order("changed-workdir")).toEqual(facts);
  expect(order()).toEqual(facts);
});
