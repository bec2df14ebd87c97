import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { basesIn, dockerfiles, servicesIn, wantedSuite } from "../src/up.ts";

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

test("services of contracts are found at any depth; a contract that is none is left to its check", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-up-"));
  try {
    const contract = (services: string): string =>
      `version: 1\nbaseline: Dockerfile\ncandidates: { small: Dockerfile }\n${services}`;
    const files = {
      "a/parity.yaml": contract(
        'services: { db: { image: "postgres:17" }, kv: { image: "redis:8" } }\n',
      ),
      "a/b/parity.yml": contract('services: { cache: { image: "redis:8" } }\n'),
      "c/parity.yaml": contract(""),
      "d/parity.yaml": contract('services: { db: { image: "mysql:9", colour: blue } }\n'),
      "node_modules/x/parity.yaml": contract('services: { db: { image: "mysql:9" } }\n'),
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
      await writeFile(join(folder, dirname(name), "Dockerfile"), "FROM scratch\n");
    }
    expect((await servicesIn([folder])).toSorted()).toEqual(["postgres:17", "redis:8"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
