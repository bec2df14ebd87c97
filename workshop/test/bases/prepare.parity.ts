import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { prepareBases } from "../../src/bases/prepare.ts";

const signal = AbortSignal.timeout(240_000);
const made = "workshop-prepare-test:3.13";

afterAll(async () => {
  await execa("docker", ["image", "rm", "--force", made], { reject: false });
});

test("the course's python installs its packages without a network", async () => {
  const tags = await prepareBases({ signal, log: () => undefined });
  expect(tags).toContain("workshop-python:3.13");
  const { stdout } = await execa("docker", [
    ..."run --rm --network none workshop-python:3.13 sh -c".split(" "),
    "pip install --quiet Flask pg8000 && pip check && python -c 'import flask, pg8000'",
  ]);
  expect(stdout).toBe("No broken requirements found.");
});

test("a base is made once, and again when a file of its folder changes; one that does not build says why", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-prepare-"));
  try {
    const lines: string[] = [];
    const prepare = (): Promise<unknown> =>
      prepareBases({ signal, log: (line) => lines.push(line), folder });
    const dockerfile = join(folder, "prepare-test/Dockerfile");
    await mkdir(join(folder, "prepare-test"));
    await writeFile(dockerfile, "FROM python:3.13-slim\nENV A=1\n");
    await prepare();
    await prepare();
    expect(lines).toEqual([`making ${made}, once`]);
    await writeFile(dockerfile, "FROM python:3.13-slim\nENV A=2\n");
    await prepare();
    expect(lines).toHaveLength(2);
    const env = await execa("docker", ["image", "inspect", "--format", "{{.Config.Env}}", made]);
    expect(env.stdout).toContain("A=2");
    await writeFile(dockerfile, "FROM python:3.13-slim\nRUN echo no luck && exit 3\n");
    await expect(prepare()).rejects.toThrow(/could not be made[^]*no luck/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
