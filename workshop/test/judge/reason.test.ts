import { expect, test } from "vitest";
import type { Reason } from "../../src/course/exercise.ts";
import type { Outcome } from "../../src/judge/outcome.ts";
import { findingsOf, findReason } from "../../src/judge/reason.ts";
import { differs, LOADER, UNBUILT } from "./outcomes.ts";

const { pair } = differs({});
const LACKING: Outcome = { kind: "lacking", pair, check: { kind: "secrets" }, why: "a key" };
const EMPTY: Outcome = { kind: "empty", file: "Dockerfile" };

test.each<[Reason, Outcome, boolean]>([
  [{ cause: "missing-loader" }, LOADER, true],
  [{ cause: "missing-file" }, LOADER, false],
  [{ cause: "changed-user" }, LOADER, false], // accepted
  [{ fact: "container/start" }, LOADER, true],
  [{ fact: "**" }, LOADER, true],
  [{ fact: "image/config.user" }, LOADER, false], // accepted
  [{ claim: "size" }, LOADER, true],
  [{ claim: "absent" }, LOADER, false], // holds
  [{ build: "go\\.mod" }, UNBUILT, true],
  [{ build: "go\\.mod" }, LOADER, false],
  [{ build: "cargo" }, UNBUILT, false],
  [{ check: "secrets" }, LACKING, true],
  [{ check: "mount" }, LACKING, false],
  [{ check: "empty" }, EMPTY, true],
  [{ check: "secrets" }, EMPTY, false],
  [{ claim: "size" }, { kind: "done", pair }, false],
])("%o", (reason, outcome, isFound) => {
  expect(findReason(reason, outcome) !== null).toBe(isFound);
});

test("what has a cause comes first among what was found", () => {
  const [plain] = LOADER.pair.differences.slice(1);
  if (!plain) throw new Error("the fixture has two");
  const found = findingsOf(
    differs({ differences: [{ ...plain, fact: "log.stderr", causes: [] }, plain] }),
  );
  expect(found.map(({ fact }) => fact)).toEqual(["container/start", "container/log.stderr"]);
});

test.each([
  ["one line of several", "a\nb\nsame\n", "a\nc\nsame\n", "log is c…, the twin's is b…"],
  [
    "colours alone",
    "\u001b[31mWARNING\u001b[0m\n",
    "WARNING\n",
    "log is not as in the twin, though on a screen it looks the same",
  ],
  [
    "behind what fits",
    `${"x".repeat(90)}1`,
    `${"x".repeat(90)}2`,
    `log is …${"x".repeat(39)}2, the twin's is …${"x".repeat(39)}1`,
  ],
  ["a line more", "a\n", "a\nb\n", "log is b…, the twin's is not there"],
])("two texts are told where they differ to the eye: %s", (_, baseline, candidate, evidence) => {
  const difference = { probe: "p", fact: "log", baseline, candidate, causes: [], accepted: null };
  expect(findingsOf(differs({ differences: [difference] }))[0]?.evidence).toBe(`p/${evidence}`);
});

test("what looks the same comes last", () => {
  const at = (fact: string, candidate: string) => ({
    probe: "p",
    fact,
    baseline: "a\u001b[0m",
    candidate,
    causes: [],
    accepted: null,
  });
  const found = findingsOf(differs({ differences: [at("log", "a"), at("status", "b")] }));
  expect(found.map(({ fact }) => fact)).toEqual(["p/status", "p/log"]);
});
