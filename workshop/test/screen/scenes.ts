/**
 * A learner's way through a course of its own, as scenes of watch mode: what each golden screen is made of. The course is
 * made up, so that rewording an exercise changes no golden; its texts are as long as real ones.
 */
import type { PairResult } from "slimproof";
import { exerciseSchema, type Exercise } from "../../src/course/exercise.ts";
import type { Status } from "../../src/desk/progress.ts";
import { newState, UNTOUCHED, type Progress, type State } from "../../src/desk/state.ts";
import { hintFor } from "../../src/judge/hint.ts";
import type { Outcome } from "../../src/judge/outcome.ts";
import type { Verdict } from "../../src/screen/verdict.ts";
import type { Scene } from "../../src/watch/scene.ts";
import { differs } from "../judge/outcomes.ts";

const TITLES: readonly (readonly [title: string, idea: string])[] = [
  ["Weigh an image", "A later layer hides a file and keeps its bytes."],
  ["Two stages for Flask", "The last stage holds what you copy, and nothing else."],
  ["Go to scratch", "A static binary needs nothing around it."],
  ["The missing loader", "CGO links to a C library, and scratch has none."],
  ["Name stages", "Copy by name, and build one image of several."],
  ["Order layers", "What changes seldom comes first."],
  ["A test stage", "Tests guard the image, and leave no trace in it."],
  ["Cache mounts", "A folder for one step that outlives the build."],
  ["The venv that moved", "A venv works only at the path where it was made."],
  ["Certificates and time zones", "What a static binary still reads from its system."],
  ["No shell", "Exec form: CMD and HEALTHCHECK without /bin/sh."],
  ["Non-root and writable places", "USER by number, and folders that this user may write to."],
  ["Distroless Python", "Python with no shell and no pip, another Python at that."],
  ["Secrets that stay out of layers", "A token that a build step needs, and no layer keeps."],
  ["Building for another platform", "One Dockerfile for amd64 and arm64, with no emulation."],
  [
    "Capstone: a service within a budget",
    "Half the bytes, no shell, no root, and the same service.",
  ],
];

const LOADER_HINT =
  "The program was copied, and cannot be loaded: {evidence}. Decide: build it so that it asks for no loader, or end on a base that has one. Mend: {mend}.";

const written = exerciseSchema.parse({
  title: "",
  idea: "",
  minutes: 10,
  starter: { cause: "missing-loader" },
  hints: [
    'The file is there, and yet the kernel says "no such file or directory". It speaks of another file, which the program names in its first bytes: the loader of the C library.',
    "No line of main.go says C, but the package net may use the C library to look up host names, and with gcc around Go links to it. One variable switches that off; the other way is a last stage with a C library.",
    "Either `RUN CGO_ENABLED=0 go build -o slugs .` in the builder, or `FROM gcr.io/distroless/base-debian13` in place of `FROM scratch`.",
  ],
  states: [
    { when: { cause: "missing-loader" }, say: LOADER_HINT },
    {
      when: { claim: "size" },
      say: "It runs, but the image is {measured} of the twin. A base with a C library is small; a whole distribution is not needed for it.",
    },
    {
      when: { check: "cached" },
      say: "The image is right, and slow to make again: {evidence}. Copy go.mod before the download, and main.go after it.",
    },
    {
      when: { build: "unknown instruction" },
      say: "CGO_ENABLED is a variable for the command: `RUN CGO_ENABLED=0 go build …`, or a line `ENV CGO_ENABLED=0` above it.",
    },
  ],
});

export const course: readonly Exercise[] = TITLES.map(([title, idea], at) => {
  const number = at + 1;
  const slug = title.toLowerCase().replaceAll(/\W+/g, "-").slice(0, 22);
  const name = `${String(number).padStart(2, "0")}-${slug}`;
  return { ...written, title, idea, number, name, folder: "", solution: "" };
});

/** `The missing loader`: most of what a learner can meet happens here. */
export const loader = course[3] as Exercise;

const MB = 1_000_000;
const TWIN = 763 * MB;
const GOAL = { text: "< 5%", bytes: TWIN * 0.05 };

const NO_LOADER = {
  id: "missing-loader",
  evidence: "/app/slugs asks for /lib64/ld-linux-x86-64.so.2, which the candidate lacks",
  mend: "build with CGO_ENABLED=0, or use a last stage that has a C library (gcr.io/distroless/base-debian13)",
};

/** What differs while the program's loader is not there: it does not start, and so answers nothing. */
export const LOADER: Outcome = differs({
  differences: [
    ["container", "start", "true", "false"] as const,
    ["makes a slug", "http.status", "200", null] as const,
    ["makes a slug", "http.body", "grüße-aus-köln\n", null] as const,
    ["asks for a title", "http.status", "400", null] as const,
  ].map(([probe, fact, baseline, candidate]) => ({
    probe,
    fact,
    baseline,
    candidate,
    causes: [NO_LOADER],
    accepted: null,
  })),
  claims: [
    { claim: "size < 5%", holds: true, measured: "0.99%" },
    { claim: "absent shell", holds: true, measured: "none" },
    { claim: "absent package-manager", holds: true, measured: "none" },
    { claim: "absent compiler", holds: true, measured: "none" },
    { claim: "absent sources", holds: true, measured: "none" },
  ],
});

/** Two claims that do not hold, while every fact is the same. */
export const HEAVY: Outcome = differs({
  claims: [
    { claim: "size < 5%", holds: false, measured: "15.7%" },
    { claim: "absent shell", holds: false, measured: "/usr/bin/bash, /usr/bin/dash, /usr/bin/sh" },
    { claim: "absent package-manager", holds: false, measured: "/usr/bin/apt, /usr/bin/dpkg" },
    { claim: "absent compiler", holds: true, measured: "none" },
  ],
});

/** A step that ran again although nothing that it needs was edited. */
export const UNCACHED: Outcome = {
  kind: "lacking",
  pair: differs({ claims: [{ claim: "size < 5%", holds: true, measured: "0.79%" }] }).pair,
  check: { kind: "cached", edit: { file: "main.go", replace: "a", with: "b" }, step: "go mod" },
  why: "after an edit of main.go this ran again: RUN go mod download (7.6 s)",
};

/** An answer that differs over several lines, for no reason that the judge knows. */
export const BODY: Outcome = differs({
  differences: [
    {
      probe: "makes a slug",
      fact: "http.body",
      baseline: "grüße-aus-köln\n",
      candidate: "gr-e-aus-k-ln\n",
      causes: [],
      accepted: null,
    },
    {
      probe: "asks for a title",
      fact: "http.status",
      baseline: "400",
      candidate: "500",
      causes: [],
      accepted: null,
    },
  ],
});

export const UNBUILT: Outcome = {
  kind: "unbuilt",
  message:
    "my-workshop/exercises/04-the-missing-loader/Dockerfile:6: unknown instruction: CGO_ENABLED=0 (did you mean ENV?)",
  detail: [],
};

/** A step that fails, with more to say than there is room for. */
export const BROKEN_STEP: Outcome = {
  kind: "unbuilt",
  message:
    "my-workshop/exercises/04-the-missing-loader/Dockerfile:6: build failed in stage builder, RUN --mount=type=cache,target=/root/.cache/go-build go build -o slugs .: exit code 1",
  detail: [
    ...Array.from({ length: 12 }, (_, at) => `go: downloading example.org/module${at} v1.0.${at}`),
    "# slugs",
    "./main.go:14:2: undefined: slugOf",
    "./main.go:21:17: cannot use title (variable of type []byte) as string value in argument to strings.ToLower",
  ],
};

/** A pair as far as screens look at its images. */
export function measured(size: number): PairResult {
  const image = (
    of: number,
    packages: number,
    causes: Readonly<Record<string, number>>,
  ): unknown => ({
    size: {
      unpacked: of,
      transfer: of * 0.35,
      layers: Array.from({ length: packages > 2 ? 6 : 2 }),
    },
    anatomy: {
      packages: Array.from({ length: packages }),
      causes: Object.entries(causes).map(([cause, bytes]) => ({ cause, bytes })),
    },
  });
  const baseline = image(TWIN, 230, {
    compiler: 521 * MB,
    system: 174 * MB,
    caches: 34.6 * MB,
    documentation: 21.3 * MB, // and 12.1 MB that a later layer hides
  });
  return {
    ...differs({
      claims: [
        { claim: "size < 5%", holds: true, measured: "0.79%" },
        { claim: "absent shell", holds: true, measured: "none" },
      ],
    }).pair,
    verdict: "same",
    images: { baseline, candidate: image(size, 2, { application: size }) } as PairResult["images"],
  };
}

/** Bytes of the learner's image: one that does not start, one with a distribution, one that passes. */
export const LIGHT = 7.56 * MB;
export const LARGE = 120 * MB;
export const SMALL = 6.02 * MB;

export const DONE: Outcome = { kind: "done", pair: measured(SMALL) };

const started = new Date("2026-01-01T09:00:00Z");
const done = (attempts: number, seconds: number, hints = 0): Progress => ({
  ...UNTOUCHED,
  done: "2026-01-01T09:30:00.000Z",
  passed: "mine",
  attempts,
  seconds,
  hints,
});

/** Three are done, with the fourth at hand; `own` is what is known of that one. */
export function stateAt(own: Partial<Progress> = {}): State {
  const [first, second, third] = course as [Exercise, Exercise, Exercise];
  return {
    ...newState("ada", null, started),
    current: loader.name,
    exercises: {
      [first.name]: done(2, 312),
      [second.name]: done(5, 901, 2),
      [third.name]: { ...UNTOUCHED, skipped: true },
      [loader.name]: { ...UNTOUCHED, ...own },
    },
  };
}

/** Every exercise is done. */
export const ALL_DONE: State = {
  ...newState("ada", null, started),
  exercises: Object.fromEntries(course.map(({ name }, at) => [name, done(at + 1, 400, at % 3)])),
};

const sizes = (size: number | null): Scene["sizes"] => ({
  size,
  twin: size === null ? null : TWIN,
  goal: size === null ? { text: "< 5%", bytes: null } : GOAL,
});

/** Watch mode at `loader` with nothing to show yet. */
export const BEGUN: Scene = {
  course,
  exercise: loader,
  state: stateAt(),
  statuses: new Map<string, Status>([
    [course[0]?.name ?? "", "done"],
    [course[1]?.name ?? "", "changed"],
    [course[2]?.name ?? "", "skipped"],
  ]),
  folder: `my-workshop/exercises/${loader.name}`,
  solution: `my-workshop/solutions/${loader.name}`,
  phase: { kind: "working", step: "looking at what you wrote", seconds: 0, sizes: sizes(null) },
  panel: null,
  pair: null,
  sizes: sizes(null),
  edited: { starter: "", own: "" },
  notice: null,
  page: 0,
  call: "my-workshop/workshop",
};

/** The same with a verdict on an image of `size` bytes. */
export function judgedAs(
  outcome: Outcome,
  size: number | null,
  change: Partial<Scene> = {},
): Scene {
  const hint = hintFor(loader, outcome);
  const known = sizes(size);
  return {
    ...BEGUN,
    phase: { kind: "verdict", verdict: { outcome, seconds: 3.84, hint, sizes: known } },
    state: stateAt({ stuck: hint, attempts: 1 }),
    sizes: known,
    ...change,
  };
}

/** What the verdict of a scene says. */
export function verdictOf({ phase }: Scene): Verdict {
  if (phase.kind !== "verdict") throw new Error(`a scene that is ${phase.kind}`);
  return phase.verdict;
}

/** The Dockerfile as a learner finds it. */
export const STARTER = `FROM golang:1.26 AS builder
WORKDIR /app
COPY go.mod main.go ./
RUN go build -o slugs .

FROM scratch
WORKDIR /app
COPY --from=builder /app/slugs .
EXPOSE 8080
CMD ["/app/slugs"]
`;
