/** What is made of a pair that nobody has described: the apps without their parity.yaml, and a pair that differs. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const CLI = join(ROOT, "harness", "src", "cli.js");
const TIMEOUT = 240_000;

/** A copy of an app without its contract. */
async function undescribed(app: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slimproof-zero-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(join(ROOT, "apps", app), folder, { recursive: true });
  await rm(join(folder, "parity.yaml"));
  await rm(join(folder, "Dockerfile.minimal"), { force: true });
  return folder;
}

interface Pair {
  readonly verdict: string;
  readonly notes: readonly string[];
  readonly differences: readonly {
    readonly probe: string;
    readonly fact: string;
    readonly causes: readonly { readonly id: string }[];
  }[];
}

async function check(folder: string): Promise<Pair> {
  const { stdout, stderr } = await execa(
    process.execPath,
    [CLI, "check", folder, "--json", "--quiet"],
    { reject: false },
  );
  expect(stderr).toBe("");
  return (JSON.parse(stdout) as { pairs: [Pair] }).pairs[0];
}

test.concurrent.each([
  ["go-calculator", "a session, an empty input"],
  ["flask-hello", "GET /, GET /no-such-page, stops"],
])("%s is the same without a contract, asked: %s", { timeout: TIMEOUT }, async (app, asked) => {
  const pair = await check(await undescribed(app));
  expect(pair).toMatchObject({ verdict: "same", differences: [] });
  expect(pair.notes).toContain(`no contract; asked as inferred: ${asked}`);
});

test.concurrent(
  "a program built for another C library differs, and the cause is named",
  { timeout: TIMEOUT },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "slimproof-zero-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const program = `#include <stdio.h>\nint main(void) { puts("42"); }\n`;
    const built = "WORKDIR /app\nCOPY main.c .\nRUN gcc -o app main.c\n";
    await writeFile(join(folder, "main.c"), program);
    await writeFile(
      join(folder, "Dockerfile.single"),
      `FROM golang:1.26\n${built}CMD ["/app/app"]\n`,
    );
    await writeFile(
      join(folder, "Dockerfile.multi"),
      `FROM golang:1.26 AS build\n${built}FROM scratch\nWORKDIR /app\nCOPY --from=build /app/app .\nCMD ["/app/app"]\n`,
    );
    const pair = await check(folder);
    expect(pair.verdict).toBe("differs");
    const [first] = pair.differences.filter(({ probe }) => probe !== "image");
    expect(first?.causes[0]?.id).toBe("missing-loader");
  },
);
