import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { basesIn, dockerfiles, wantedSuite } from "../src/up.ts";

test("SANDBOX_SUITE is one of three, or not set", () => {
  expect(wantedSuite({})).toBeNull();
  expect(wantedSuite({ SANDBOX_SUITE: "forky" })).toBe("forky");
  expect(() => wantedSuite({ SANDBOX_SUITE: "noble" })).toThrow(
    "SANDBOX_SUITE=noble is not one of bookworm, trixie, forky",
  );
});

test("a base of the course is made by the course, and only what it is built on is asked for", () => {
  expect(
    basesIn([
      "FROM workshop-python:3.13 AS builder\nFROM python:3.13-slim\n",
      "FROM python:3.13-slim\nFROM my-workshop-python:1\nCOPY --from=workshop-python:3.13 /wheels /\n",
    ]),
  ).toEqual(["python:3.13-slim", "my-workshop-python:1"]);
});

test("Dockerfiles are found at any depth, and what only looks like one is not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-up-"));
  try {
    const wanted = ["Dockerfile", "a/Dockerfile.multi", "a/b/api.Dockerfile", "c/Containerfile"];
    const others = [
      "Dockerfile.dockerignore",
      "a/node_modules/x/Dockerfile",
      "a/Dockerfiles",
      "x.md",
    ];
    for (const name of [...wanted, ...others]) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), "FROM scratch\n");
    }
    expect(await dockerfiles([folder])).toEqual(wanted.map((name) => join(folder, name)));
    await expect(dockerfiles([join(folder, "none")])).rejects.toThrow(/none is not a folder/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
