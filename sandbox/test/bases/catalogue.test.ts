import { expect, test } from "vitest";
import { recipeFor, standInNames } from "../../src/bases/catalogue.ts";
import { normalise } from "../../src/bases/reference.ts";

test("every promised base has a recipe", () => {
  const distroless = ["static", "base", "cc", "python3"].flatMap((name) =>
    ["", ":nonroot", ":debug", ":debug-nonroot"].map(
      (tag) => `gcr.io/distroless/${name}-debian13${tag}`,
    ),
  );
  const official = ["debian:trixie-slim", "golang:1.26", "golang:1.18", "node:24-slim"];
  expect(standInNames().toSorted()).toEqual(
    [...official, "python:3.13-slim", "postgres:17", "redis:8", ...distroless].toSorted(),
  );
  for (const name of standInNames()) expect(recipeFor(name)?.names[0]).toBe(normalise(name));
});

test.each([
  ["docker.io/library/python:3.13-slim-trixie", "python:3.13-slim"],
  ["node:24-trixie-slim", "node:24-slim"],
  ["golang:1.26-trixie", "golang:1.26"],
  ["debian:13-slim", "debian:trixie-slim"],
  ["docker.io/postgres:17-trixie", "postgres:17"],
  ["gcr.io/distroless/base-debian13:latest", "gcr.io/distroless/base-debian13:latest"],
])("%s is made as %s", (reference, own) => {
  expect(recipeFor(reference)?.names[0]).toBe(own);
});

test.each([
  "python:3.12-slim",
  "python:3.13",
  "golang:1.26-alpine",
  "postgres:16",
  "postgres:17-alpine",
  "redis:7",
  // Never published on trixie, so no image may say so.
  "golang:1.18-trixie",
  "golang:1.26-bookworm",
  "someone/python:3.13-slim",
  "quay.io/python:3.13-slim",
  // A digest names the official bytes, which no stand-in has.
  `python:3.13-slim@sha256:${"0".repeat(64)}`,
])("%s has no stand-in", (reference) => {
  expect(recipeFor(reference)).toBeNull();
});

test("no two recipes claim a name, and every name is normalised", () => {
  const recipes = standInNames().map((name) => recipeFor(name));
  const names = recipes.flatMap((recipe) => recipe?.names ?? []);
  expect(names).toEqual([...new Set(names)]);
  expect(names).toEqual(names.map(normalise));
});

test("images share layers where the official ones do", () => {
  const layers = (name: string): string[] =>
    (recipeFor(name)?.layers ?? []).map((layer) => layer.name);
  const [ground] = layers("debian:trixie-slim");
  for (const name of ["python:3.13-slim", "golang:1.26", "golang:1.18", "node:24-slim"]) {
    expect(layers(name)[0]).toBe(ground);
  }
  expect(layers("golang:1.26").slice(0, 2)).toEqual(layers("golang:1.18").slice(0, 2));
  const distroless = (name: string): string[] => layers(`gcr.io/distroless/${name}`);
  expect(distroless("python3-debian13").slice(0, 3)).toEqual(distroless("cc-debian13"));
  expect(distroless("cc-debian13").slice(0, 2)).toEqual(distroless("base-debian13"));
  expect(distroless("base-debian13").slice(0, 1)).toEqual(distroless("static-debian13"));
  expect(distroless("cc-debian13:nonroot")).toEqual(distroless("cc-debian13"));
  expect(distroless("cc-debian13:debug").slice(0, 3)).toEqual(distroless("cc-debian13"));
});
