import { expect, test } from "vitest";
import { openSteps } from "../../src/engine/steps.ts";
import type { Vertex } from "../../src/engine/trace.ts";

function vertex(digest: string, name: string, more: Partial<Vertex> = {}): Vertex {
  return {
    digest,
    name,
    inputs: [],
    cached: false,
    started: null,
    completed: null,
    error: "",
    ...more,
  };
}

test("a step has its stage, its instruction and what it takes from", () => {
  const steps = openSteps();
  steps.see(vertex("b", "[linux/amd64 builder  2/12] RUN make\n  all", { inputs: ["a", "x"] }));
  steps.see(vertex("a", "[internal] load remote build context"));
  steps.see(vertex("c", "[2/2] COPY a/b 1/2] c", { inputs: ["b", "a"], cached: true }));
  steps.see(vertex("d", "exporting to image"));
  expect(steps.list()).toMatchObject([
    { stage: "builder", instruction: "RUN make\n  all", own: false, inputs: [1], cached: false },
    { stage: null, instruction: "[internal] load remote build context", own: true, inputs: [] },
    { stage: null, instruction: "COPY a/b 1/2] c", own: false, inputs: [0, 1], cached: true },
    { stage: null, instruction: "exporting to image", own: true },
  ]);
});

test("a step lasts as long as all that is told of it, what overlaps counted once", () => {
  const steps = openSteps();
  const tell = (started: number, completed: number | null): void =>
    steps.see(vertex("a", "[1/1] RUN make", { started, completed }));
  tell(1000, null);
  expect(steps.list()).toMatchObject([{ seconds: 0, span: { from: 1000, to: 1000 } }]);
  tell(1000, 1200);
  tell(5000, 6000);
  tell(5500, 6500);
  tell(5600, 5700);
  expect(steps.list()).toMatchObject([{ seconds: 1.7, span: { from: 1000, to: 6500 } }]);
});

test("a step that was never begun took no time", () => {
  const steps = openSteps();
  steps.see(vertex("a", "[1/1] WORKDIR /app"));
  expect(steps.list()).toMatchObject([{ seconds: 0, span: null }]);
});
