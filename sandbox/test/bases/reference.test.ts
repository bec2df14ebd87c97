import { expect, test } from "vitest";
import { normalise } from "../../src/bases/reference.ts";

test.each([
  ["python:3.13-slim", "python:3.13-slim"],
  ["docker.io/library/python:3.13-slim", "python:3.13-slim"],
  ["index.docker.io/library/python:3.13-slim", "python:3.13-slim"],
  ["docker.io/python:3.13-slim", "python:3.13-slim"],
  ["library/python:3.13-slim", "python:3.13-slim"],
  [" golang ", "golang:latest"],
  ["docker.io/someone/python", "someone/python:latest"],
  ["gcr.io/distroless/static-debian13", "gcr.io/distroless/static-debian13:latest"],
  ["gcr.io/distroless/static-debian13:nonroot", "gcr.io/distroless/static-debian13:nonroot"],
  ["localhost:5000/python", "localhost:5000/python:latest"],
  ["python@sha256:0f", "python@sha256:0f"],
  ["python:3.13-slim@sha256:0f", "python:3.13-slim@sha256:0f"],
])("%s is %s", (reference, expected) => {
  expect(normalise(reference)).toBe(expected);
});
