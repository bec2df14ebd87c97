import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openBuildLog, type BuildEvent, type BuildLog } from "../../src/engine/build-log.ts";
import { traceLine, type WrittenVertex } from "./status-response.ts";

const COMPILE = {
  digest: "sha256:run",
  name: "[builder 3/3] RUN go build -o app",
} as const satisfies WrittenVertex;

const FAILED = `process "/bin/sh -c go build -o app" did not complete successfully: exit code: 1`;

/** What the engine says last of a build that failed. */
function errorLine(message: string): string {
  return JSON.stringify({ errorDetail: { message }, error: message });
}

function logOf(...lines: readonly string[]): BuildLog {
  const log = openBuildLog(() => {});
  for (const line of lines) log.line(line);
  return log;
}

test("a build that succeeds has an image and no failure", () => {
  const log = logOf(
    traceLine([{ ...COMPILE, started: true }]),
    traceLine([{ ...COMPILE, started: true, completed: true }]),
    JSON.stringify({ id: "moby.image.id", aux: { ID: "sha256:done" } }),
    JSON.stringify({ stream: "Successfully tagged slimproof/x:build\n" }),
  );
  expect(log.imageId()).toBe("sha256:done");
  expect(log.failure()).toBeNull();
});

test("a build of which nothing was heard has neither", () => {
  const log = logOf();
  expect(log.imageId()).toBeNull();
  expect(log.failure()).toBeNull();
});

describe("a RUN that fails", () => {
  test("is told with stage, step, exit code and the end of what it printed", () => {
    const log = logOf(
      traceLine([{ ...COMPILE, started: true }]),
      traceLine([], [{ vertex: COMPILE.digest, msg: "# calculator\n" }]),
      traceLine(
        [],
        [
          { vertex: COMPILE.digest, msg: "./main.go:7:2: undefined" },
          { vertex: "sha256:other", msg: "another step's line\n" },
          { vertex: COMPILE.digest, msg: ": fnt\r\n\n" },
        ],
      ),
      traceLine([{ ...COMPILE, started: true, completed: true, error: FAILED }]),
      errorLine(FAILED),
    );
    expect(log.failure()).toEqual({
      error: FAILED,
      stage: "builder",
      step: "RUN go build -o app",
      exitCode: 1,
      log: ["# calculator", "./main.go:7:2: undefined: fnt"],
    });
  });

  test("keeps only the last 20 lines, each at most 500 characters", () => {
    const lines = Array.from({ length: 300 }, (_, at) => `line ${at} ${"x".repeat(600)}\n`);
    const log = logOf(
      traceLine(
        [],
        lines.map((msg) => ({ vertex: COMPILE.digest, msg })),
      ),
      traceLine([{ ...COMPILE, error: FAILED }]),
    );
    const kept = log.failure()?.log ?? [];
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.every((line) => line.length <= 500)).toBe(true);
    expect(kept.at(-1)).toMatch(/^line 299 x+$/);
  });

  test("what a terminal would obey is taken out of its output", () => {
    const log = logOf(
      traceLine(
        [],
        [
          {
            vertex: COMPILE.digest,
            msg: "\u001b[1;31merror\u001b[0m: no\u001b[2K\u0007 such\u001b]0;title\u0007\n10%\r20%\r\n\u009b31mred",
          },
        ],
      ),
      traceLine([{ ...COMPILE, error: FAILED }]),
    );
    const text = log.failure()?.log.join("\n") ?? "";
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(text.split("\n").slice(0, 3)).toEqual(["error: no such", "10%", "20%"]);
  });

  test("a character that arrives in two pieces is put together", () => {
    const [first, second] = [
      Buffer.from("gr\u00f6\u00dfer").subarray(0, 3),
      Buffer.from("gr\u00f6\u00dfer\n").subarray(3),
    ];
    const log = logOf(
      traceLine([], [{ vertex: COMPILE.digest, msg: first }]),
      traceLine([], [{ vertex: COMPILE.digest, msg: second }]),
      traceLine([{ ...COMPILE, error: FAILED }]),
    );
    expect(log.failure()?.log).toEqual(["größer"]);
  });

  test("is told even when the engine's last word never came", () => {
    const log = logOf(traceLine([{ ...COMPILE, error: FAILED }]));
    expect(log.failure()).toMatchObject({ error: FAILED, stage: "builder", exitCode: 1 });
  });

  test("siblings that were cancelled because of it are not taken for it", () => {
    const sibling = { digest: "sha256:sibling", name: "[assets 2/2] RUN npm run build" };
    for (const error of [
      "context canceled",
      "CANCELED",
      `process "/bin/sh -c npm run build" did not complete successfully: context canceled`,
      `rpc error: code = Canceled desc = context canceled`,
    ]) {
      const log = logOf(
        traceLine([{ ...sibling, error }]),
        traceLine([{ ...COMPILE, error: FAILED }]),
        errorLine(FAILED),
      );
      expect(log.failure()).toMatchObject({ stage: "builder", step: "RUN go build -o app" });
    }
  });

  test("is not taken for cancelled because its command speaks of it", () => {
    const name = "[builder 2/2] RUN test CANCELED = 'context canceled'";
    const error = `process "/bin/sh -c test CANCELED = 'context canceled'" did not complete successfully: exit code: 1`;
    const log = logOf(traceLine([{ digest: "sha256:run", name, error }]), errorLine(error));
    expect(log.failure()).toMatchObject({ stage: "builder", exitCode: 1 });
  });
});

test.each([
  [
    "[1/2] FROM docker.io/library/debian:trixie-slim",
    "stage-0",
    "FROM docker.io/library/debian:trixie-slim",
  ],
  ["[2/2] RUN false", "stage-0", "RUN false"],
  ["[stage-1 2/2] COPY --from=builder /app /app", "stage-1", "COPY --from=builder /app /app"],
  ["[builder 10/12] RUN make", "builder", "RUN make"],
  // BuildKit pads the step's number to the width of the count.
  ["[builder  3/12] RUN make", "builder", "RUN make"],
  ["[ 3/12] RUN make", "stage-0", "RUN make"],
  ["[linux/amd64 builder 2/3] RUN make", "builder", "RUN make"],
  ["[linux/amd64 2/3] RUN make", "stage-0", "RUN make"],
  ["[linux/arm64->amd64 builder  2/13] RUN make", "builder", "RUN make"],
  ["[build 2/2] RUN <<EOF (echo one...)", "build", "RUN <<EOF (echo one...)"],
  ["[b.1-x_y 2/2] RUN test [ 1/2 ] = x", "b.1-x_y", "RUN test [ 1/2 ] = x"],
  ["[internal] load metadata for docker.io/library/nowhere:1", null, null],
  ["[internal] load build context", null, null],
])("the step %j is of stage %j", (name, stage, step) => {
  const log = logOf(traceLine([{ digest: "sha256:run", name, error: "it failed" }]));
  expect(log.failure()).toMatchObject({ error: "it failed", stage, step, exitCode: null });
});

test.each([
  [
    "a Dockerfile that cannot be parsed",
    "dockerfile parse error on line 2: unknown instruction: RNU",
  ],
  [
    "a Dockerfile that is not there",
    "failed to read dockerfile: open Dockerfile.none: no such file or directory",
  ],
  ["a stage that is not there", `target stage "final" could not be found`],
])("%s fails before any step", (_, message) => {
  const log = logOf(
    traceLine([{ digest: "sha256:i", name: "[internal] load build definition", completed: true }]),
    errorLine(message),
  );
  expect(log.failure()).toEqual({
    error: message,
    stage: null,
    step: null,
    exitCode: null,
    log: [],
  });
});

test("a base that cannot be pulled is no step, and the engine's words are kept", () => {
  const message =
    "nowhere:1: failed to resolve source metadata for docker.io/library/nowhere:1: no such host";
  const log = logOf(
    traceLine([
      {
        digest: "sha256:m",
        name: "[internal] load metadata for docker.io/library/nowhere:1",
        error: message,
      },
    ]),
    errorLine(message),
  );
  expect(log.failure()).toMatchObject({ error: message, stage: null, step: null, log: [] });
});

test("an error without details counts too", () => {
  expect(logOf(JSON.stringify({ error: "no space left on device" })).failure()?.error).toBe(
    "no space left on device",
  );
});

test("tells each step of the Dockerfile once as begun and once as ended, and nothing of BuildKit's own", () => {
  const events: BuildEvent[] = [];
  const log = openBuildLog((event) => events.push(event));
  const base = { digest: "sha256:base", name: "[builder 1/3] FROM golang:1.26" };
  for (const line of [
    traceLine([{ digest: "sha256:i", name: "[internal] load .dockerignore", started: true }]),
    traceLine([{ ...base, started: true }]),
    traceLine([{ ...base, started: true, completed: true, cached: true }]),
    traceLine([{ digest: "sha256:x", name: "exporting to image", started: true }]),
    traceLine([{ ...COMPILE, started: true }]),
    traceLine([{ ...COMPILE, started: true }]),
    traceLine([{ ...COMPILE, started: true, completed: true }]),
    traceLine([{ ...COMPILE, started: true, completed: true }]),
    traceLine([
      { digest: "sha256:f", name: "[2/2] RUN false", started: true, completed: true, error: "x" },
    ]),
  ])
    log.line(line);
  expect(events).toEqual([
    { step: base.name, state: "started" },
    { step: base.name, state: "cached" },
    { step: COMPILE.name, state: "started" },
    { step: COMPILE.name, state: "done" },
  ]);
});

describe("what is no message of the engine", () => {
  test("is passed over", () => {
    const log = logOf(
      "",
      "no JSON",
      "null",
      "5",
      `"text"`,
      "[]",
      JSON.stringify({ id: "moby.image.id" }),
      JSON.stringify({ id: "moby.image.id", aux: { ID: 5 } }),
      JSON.stringify({ id: "moby.buildkit.trace", aux: "CgD/" }),
      JSON.stringify({ id: "moby.buildkit.trace", aux: {} }),
      JSON.stringify({ error: { message: "x" } }),
      JSON.stringify({ errorDetail: null }),
    );
    expect(log.imageId()).toBeNull();
    expect(log.failure()).toBeNull();
  });

  test("never throws", () => {
    const message = fc.record(
      {
        id: fc.constantFrom("moby.image.id", "moby.buildkit.trace", "x"),
        aux: fc.oneof(fc.jsonValue(), fc.base64String()),
        error: fc.jsonValue(),
        errorDetail: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      message.map((it) => JSON.stringify(it)),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const log = logOf(...lines);
        log.failure();
        log.imageId();
      }),
    );
  });
});

test("remembers when the engine last said anything", () => {
  const log = openBuildLog(() => {});
  const before = Date.now();
  log.line("{}");
  expect(log.lastWord()).toBeGreaterThanOrEqual(before);
});
