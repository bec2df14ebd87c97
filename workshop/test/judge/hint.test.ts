import { expect, test } from "vitest";
import { exerciseSchema } from "../../src/course/exercise.ts";
import { hintFor, stateHint } from "../../src/judge/hint.ts";
import type { Outcome } from "../../src/judge/outcome.ts";
import { differs, LOADER, UNBUILT } from "./outcomes.ts";

function statesOf(states: readonly unknown[]): ReturnType<typeof exerciseSchema.parse> {
  return exerciseSchema.parse({
    title: "t",
    idea: "i",
    minutes: 1,
    starter: { cause: "missing-loader" },
    hints: ["a", "b", "c"],
    states,
  });
}

test("the first state that fits speaks, with what the judge found in a learner's words", () => {
  const exercise = statesOf([
    { when: { cause: "changed-user" }, say: "accepted differences are no reason" },
    { when: { claim: "absent" }, say: "a claim that holds is no reason" },
    { when: { cause: "missing-loader" }, say: "Not loaded: {evidence}. {mend}" },
    { when: { claim: "size" }, say: "too late" },
  ]);
  expect(stateHint(exercise, LOADER)).toEqual({
    state: 2,
    text: "Not loaded: /app asks for /lib64/ld-linux-x86-64.so.2, which your image lacks. Build with CGO_ENABLED=0.",
  });
});

test("each word in braces stands for what was found", () => {
  const say = (when: object, text: string): string | null =>
    hintFor(statesOf([{ when, say: text }]), LOADER);
  expect(say({ claim: "size" }, "{claim}: {measured}")).toBe("size < 5%: 12.0%");
  expect(say({ fact: "container/*" }, "{fact} {baseline} {candidate}")).toBe(
    "container/start started exec /app: no such file or directory…",
  );
  expect(say({ claim: "size" }, "the image is too large")).toBe("The image is too large");
  expect(say({ cause: "missing-loader" }, "Mend: {mend}.")).toBe("Mend: Build with CGO_ENABLED=0.");
  expect(say({ cause: "missing-loader" }, "so {mend}")).toBe("so build with CGO_ENABLED=0");
});

test("a pattern finds its line in what a failed build said, and nothing of it reaches the terminal raw", () => {
  const exercise = statesOf([{ when: { build: "SYNTAX" }, say: "Go says {evidence}" }]);
  expect(hintFor(exercise, UNBUILT)).toBe(String.raw`Go says main.go:3: syntax error\e[31m`);
});

test("where no state fits, the judge's own cause is the hint", () => {
  const none = statesOf([{ when: { check: "mount" }, say: "no" }]);
  expect(stateHint(none, LOADER)).toEqual({
    state: null,
    text: "/app asks for /lib64/ld-linux-x86-64.so.2, which your image lacks. Build with CGO_ENABLED=0.",
  });
  expect(hintFor(none, UNBUILT)).toBe(
    "Dockerfile: build failed in stage 0, RUN go build: exit code 1: no go.mod.",
  );
});

test("no failed outcome is without a hint, and one that is done has none", () => {
  const none = statesOf([]);
  const { pair } = differs({});
  const failed: readonly Outcome[] = [
    { kind: "empty", file: "Dockerfile" },
    { kind: "unbuilt", message: "it failed", detail: [] },
    { kind: "unproven", pair },
    { kind: "differs", pair },
    { kind: "lacking", pair, check: { kind: "secrets" }, why: "a secret" },
  ];
  for (const outcome of failed) expect(hintFor(none, outcome), outcome.kind).toMatch(/\w{3}/);
  expect(hintFor(none, { kind: "done", pair })).toBeNull();
});
