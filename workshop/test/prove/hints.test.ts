import { expect, test } from "vitest";
import { exerciseSchema } from "../../src/course/exercise.ts";
import { hintFaults } from "../../src/prove/hints.ts";
import { LOADER } from "../judge/outcomes.ts";

const CHANGED = ["RUN CGO_ENABLED=0 go build -o app"];
const GOOD = {
  title: "t",
  idea: "i",
  minutes: 1,
  starter: { cause: "missing-loader" },
  hints: ["Which loader?", "Who asks for it? Go, by CGO.", "CGO_ENABLED=0 go build"],
  states: [{ when: { cause: "missing-loader" }, say: "{evidence}" }],
};

function faultsOf(change: Partial<Record<keyof typeof GOOD, unknown>>): readonly string[] {
  const exercise = { ...exerciseSchema.parse({ ...GOOD, ...change }), name: "09-x" };
  return hintFaults(exercise, LOADER, CHANGED).map(({ message }) => message);
}

test("hints about the cause and the solution have no fault", () => {
  expect(
    faultsOf({ hints: ["Which loader?", "The loader is asked for.", "CGO_ENABLED=0"] }),
  ).toEqual([]);
});

test.each<[string, Partial<Record<keyof typeof GOOD, unknown>>, string]>([
  [
    "beside the point",
    { hints: ["Try again!", "The loader?", "CGO_ENABLED=0"] },
    "hint 1 names nothing",
  ],
  [
    "the same twice",
    { hints: ["The loader", "The loader", "CGO_ENABLED=0"] },
    "two hints are the same",
  ],
  [
    "far from the answer",
    { hints: ["loader", "a loader", "that loader"] },
    "hint 3 names nothing of the solution",
  ],
  [
    "no state of its own",
    { states: [{ when: { check: "mount" }, say: "x" }] },
    "no entry of `states` fits",
  ],
  [
    "a word unknown",
    { states: [{ when: { cause: "missing-loader" }, say: "the loader: {evidenz}" }] },
    "a word in braces left",
  ],
])("a hint that is %s is told of", (_, change, message) => {
  expect(faultsOf(change).join("\n")).toContain(message);
});
