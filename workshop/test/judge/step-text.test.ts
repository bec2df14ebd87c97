import { expect, test } from "vitest";
import { stepText } from "../../src/judge/step-text.ts";

const of = (step: string, state: "started" | "done" = "started"): string | null =>
  stepText({ pair: "go", image: "yours", kind: "build", event: { step, state } }, "yours");

test.each([
  ["[builder 3/5] RUN go build -o app .", "yours: stage builder: RUN go build -o app ."],
  ["[stage-1 2/3] COPY --from=0 /app /app", "yours: stage 2 (no name): COPY --from=0 /app /app"],
  ["[ 2/12] RUN make", "yours: RUN make"],
  ["[linux/amd64 builder 2/3] RUN make", "yours: stage builder: RUN make"],
  [
    "[builder 1/4] FROM docker.io/library/golang:1.26@sha256:0a1b2c",
    "yours: stage builder: FROM golang:1.26",
  ],
  ["[1/3] FROM gcr.io/distroless/base-debian13", "yours: FROM gcr.io/distroless/base-debian13"],
  [
    "[2/2] RUN --mount=type=cache,target=/c     go build \t -o x .",
    "yours: RUN --mount=… go build -o x .",
  ],
  ["[auth] library/golang:pull token for registry-1", "yours: build"],
])("a step of a build in words of the Dockerfile: %s", (step, text) => {
  expect(of(step)).toBe(text);
});

test("a step that ends is not told; the twin is named as that", () => {
  expect(of("[1/2] RUN make", "done")).toBeNull();
  const event = { step: "[2/3] RUN make", state: "started" } as const;
  expect(stepText({ pair: "go", image: "single", kind: "build", event }, "yours")).toBe(
    "the twin: RUN make",
  );
});
