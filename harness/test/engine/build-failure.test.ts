import { describe, expect, test } from "vitest";
import { buildError } from "../../src/engine/build-failure.ts";
import type { BuildFailure } from "../../src/engine/build-log.ts";
import { readDockerfile } from "../../src/engine/dockerfile.ts";
import type { BuildError } from "../../src/model/error.ts";

const STAGED = "FROM debian AS find-build\nFROM debian\nFROM debian AS final\n";

function errorOf(dockerfile: string, failure: Partial<BuildFailure>): BuildError {
  const facts = readDockerfile(dockerfile, {});
  return buildError(
    { shown: "Dockerfile", facts, sandboxed: true },
    { error: "", stage: null, step: null, exitCode: null, log: [], ...failure },
  );
}

/** What the engine says of an image that it cannot get. */
function unresolved(name: string, end = ""): string {
  return `${name}: failed to resolve source metadata for docker.io/library/${name}:latest: failed to do request: Head "https://registry-1.docker.io/v2/library/${name}/manifests/latest": dial tcp: no such host${end}`;
}

describe("a COPY from a name that no stage has", () => {
  test("is told as that, with the stages and what docker would have it be", () => {
    const dockerfile = `FROM debian AS builder\nFROM debian AS final\nCOPY --from=build /a /a\n`;
    const error = errorOf(dockerfile, { error: unresolved("build", " (did you mean builder?)") });
    expect(error.message).toBe(
      "Dockerfile: no stage is called build (did you mean builder?); the stages are builder, final; docker takes an unknown name for an image, and there is none",
    );
    expect(error).toMatchObject({ stage: null, step: null, exitCode: null, log: [] });
  });

  test.each([
    ["FROM debian\n", "the only stage has no name"],
    ["FROM debian AS one\n", "the only stage is one"],
    ["FROM debian\nFROM debian\n", "none of the 2 stages has a name"],
    ["FROM debian AS one\nFROM debian\n", "the stages are one and 1 without a name"],
  ])("in %j says that %s", (stages, told) => {
    for (const line of ["COPY --from=build /a /a", "RUN --mount=from=build,target=/a true"])
      expect(errorOf(`${stages}${line}\n`, { error: unresolved("build") }).message).toContain(
        `no stage is called build; ${told}; docker takes`,
      );
  });

  test.each([
    ["FROM build\n", "build"],
    ["FROM build\nCOPY --from=build /a /a\n", "build"],
    ["FROM debian\nCOPY --from=tools:1 /a /a\n", "tools:1"],
    ["FROM debian\nCOPY --from=example.org/tools /a /a\n", "example.org/tools"],
  ])("is an image in %j", (dockerfile, name) => {
    const error = errorOf(dockerfile, { error: unresolved(name) });
    expect(error.message).toContain(`base image ${name} cannot be pulled`);
  });
});

describe("a COPY of what is not there", () => {
  const REF = "failed to compute cache key: failed to calculate checksum of ref 86-1::x";
  const MOUNT = "/var/lib/docker/tmp/buildkit-mount1609226734";
  const walked = (path: string): string =>
    `${REF}: failed to walk ${MOUNT}${path}: lstat ${MOUNT}${path}: no such file or directory`;

  test.each([
    [
      "COPY /app/venv venv",
      walked("/app"),
      "/app/venv is not in the build context (/app: no such file or directory)",
    ],
    [
      "COPY app .",
      `${REF}: "/app": not found`,
      'app is not in the build context ("/app": not found)',
    ],
    [
      "COPY --from=find-build /app/check .",
      `${REF}: "/app/check": not found`,
      '/app/check is not in the stage find-build ("/app/check": not found)',
    ],
    [
      "COPY --from=1 /app/find .",
      `${REF}: "/app/find": not found`,
      '/app/find is not in stage 2 (of 3, no name) ("/app/find": not found)',
    ],
    [
      "COPY --from=debian:1 /nope /x",
      `lstat ${MOUNT}/nope: no such file or directory`,
      "/nope is not in the image debian:1 (/nope: no such file or directory)",
    ],
    [
      "COPY --chown=1 /etc/passwd sub/nope /x/",
      `lstat ${MOUNT}/sub/nope: no such file or directory`,
      "sub/nope is not in the build context (/sub/nope: no such file or directory)",
    ],
    [
      "RUN --mount=from=find-build,source=/nope,target=/x true",
      `process "/bin/sh -c true" did not complete successfully: open ${MOUNT}/nope: no such file or directory`,
      "/nope is not in the stage find-build (/nope: no such file or directory)",
    ],
  ])("%s", (step, error, told) => {
    const failed = errorOf(STAGED, { stage: "final", step, error });
    expect(failed.message).toBe(`Dockerfile: build failed in stage final, ${step}: ${told}`);
    expect(failed.log).toEqual([]);
  });
});

describe("the stage that failed", () => {
  const step = "RUN false";
  test.each([
    [STAGED, "find-build", "stage find-build, RUN false"],
    [STAGED, "stage-1", "stage 2 (of 3, no name), RUN false"],
    ["FROM debian AS only\n", "stage-0", "stage only, RUN false"],
    ["FROM debian\n", "stage-0", "RUN false"],
    ["FROM debian\nFROM debian AS stage-1\n", "stage-1", "stage stage-1, RUN false"],
  ])("of %j, told as %s, is %s", (dockerfile, stage, told) => {
    const error = `process "/bin/sh -c false" did not complete successfully: exit code: 1`;
    const failed = errorOf(dockerfile, { stage, step, error, exitCode: 1 });
    expect(failed.message).toBe(`Dockerfile: build failed in ${told}: exit code 1`);
    expect(failed.log).toEqual([]);
  });
});

test("what the headline says the log does not repeat, and what it leaves out the log has", () => {
  const parse = "dockerfile parse error on line 2: unknown instruction: RNU (did you mean RUN?)";
  const failed = errorOf("FROM debian\n", { error: `${parse}\nmore` });
  expect(failed.message).toBe(`Dockerfile: build failed: ${parse}`);
  expect(failed.log).toEqual(["more"]);
  const printed = errorOf("FROM debian\n", { error: "x", exitCode: 1, log: ["its output"] });
  expect(printed.log).toEqual(["its output"]);
});
