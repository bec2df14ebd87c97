/** Outcomes of a judge, as far as hints and reasons look at them. */
import type { PairResult } from "slimproof";
import type { Outcome } from "../../src/judge/outcome.ts";

type Differs = Extract<Outcome, { kind: "differs" }>;

/** An outcome that differs in these; all else of the pair is empty. */
export function differs({
  differences = [],
  claims = [],
}: Partial<Pick<PairResult, "differences" | "claims">>): Differs {
  const pair: PairResult = {
    name: "calc",
    folder: "calc",
    baseline: "single",
    candidate: "yours",
    verdict: "differs",
    facts: differences.length,
    images: { baseline: null, candidate: null },
    noise: [],
    noiseWithin: [],
    unproven: [],
    differences,
    flaky: [],
    claims,
    notes: [],
    error: null,
    seconds: 1,
  };
  return { kind: "differs", pair };
}

/** The container does not start, for a loader that is not there. */
export const LOADER: Differs = differs({
  differences: [
    {
      probe: "image",
      fact: "config.user",
      baseline: "",
      candidate: "65532",
      causes: [{ id: "changed-user", evidence: "on purpose", mend: null }],
      accepted: "wanted",
    },
    {
      probe: "container",
      fact: "start",
      baseline: "started",
      candidate: "exec /app: no such file or directory\nand more",
      causes: [
        {
          id: "missing-loader",
          evidence: "/app asks for /lib64/ld-linux-x86-64.so.2, which the candidate lacks",
          mend: "build with CGO_ENABLED=0",
        },
      ],
      accepted: null,
    },
  ],
  claims: [
    { claim: "size < 5%", holds: false, measured: "12.0%" },
    { claim: "absent shell", holds: true, measured: "none" },
  ],
});

export const UNBUILT: Outcome = {
  kind: "unbuilt",
  message: "workshop/exercises/01-x/Dockerfile: build failed in stage 0, RUN go build: exit code 1",
  detail: ["main.go:3: syntax error\u001b[31m", "failed to compute cache key: no go.mod"],
};
