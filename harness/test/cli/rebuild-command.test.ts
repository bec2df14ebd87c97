import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeEngine } from "./fake-engine.ts";

const CLI = join(import.meta.dirname, "../../src/cli.js");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What was left where temporary files go. */
  readonly left: readonly string[];
}

const PAIR = {
  "Dockerfile.single": "FROM scratch\nCOPY a.py /\n",
  "Dockerfile.multi": "FROM scratch\nCOPY a.py /\n",
  "a.py": "",
  "b.py": "",
  "logo.png": "",
  ".dockerignore": "*\n!a.py\n",
};

/** Runs `slimproof rebuild` in a folder of its own, with a folder of its own for temporary files. */
async function rebuild(
  args: readonly string[],
  { host = "unix:///nowhere/docker.sock", files = PAIR as Record<string, string> } = {},
  during: (child: ChildProcess, temporary: string) => unknown = () => {},
): Promise<Ended> {
  const place = mkdtempSync(join(tmpdir(), "slimproof-cli-"));
  const [folder, temporary] = [join(place, "app"), join(place, "tmp")];
  for (const it of [folder, temporary]) mkdirSync(it);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const child = spawn(process.execPath, [CLI, "rebuild", ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: place, DOCKER_HOST: host, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = new Promise<number | null>((resolve) => child.on("close", resolve));
  await during(child, temporary);
  const ended = { code: await code, stdout, stderr, left: readdirSync(temporary) };
  rmSync(place, { recursive: true });
  return ended;
}

const TIMEOUT = { timeout: 60_000 };

test.concurrent("its help fits 80 columns and tells the exit codes", TIMEOUT, async () => {
  const { code, stdout } = await rebuild(["--help"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Examples:\n {2}slimproof rebuild .*Exit codes: 0 measured.*130/s);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test.concurrent.each([
  ["no runs", ["--runs", "0"], /whole number from 1 to 100/],
  ["a folder without anything to build", [".."], /there is no parity\.yaml/],
  ["no engine", [], /nowhere\/docker\.sock does not answer/],
])("%s is told in a line, with exit code 2", TIMEOUT, async (_, args, message) => {
  const { code, stdout, stderr, left } = await rebuild(args);
  expect({ code, stdout, left }).toEqual({ code: 2, stdout: "", left: [] });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/unexpected|\n {4}at /);
});

test.concurrent.each([
  ["that is not there", "c.py", /c\.py: there is no such file/],
  ["outside the folder", "../tmp", /tmp: there is no such file/],
  ["that goes into no image", "b.py", /b\.py: goes into no image: .*files that do: a\.py/],
])("a source %s is refused before anything is built", TIMEOUT, async (_, file, message) => {
  await using engine = await fakeEngine("hang");
  const { code, stderr, left } = await rebuild(["--source", file], { host: engine.host });
  expect({ code, left }).toEqual({ code: 2, left: [] });
  expect(stderr).toMatch(message);
});

test.concurrent.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s leaves with %d, and the copy is gone", TIMEOUT, async (signal, code) => {
  await using engine = await fakeEngine("hang");
  let copies: string[] = [];
  const ended = await rebuild(["--json"], { host: engine.host }, async (child, temporary) => {
    await engine.building;
    copies = readdirSync(temporary);
    child.kill(signal);
  });
  expect(copies).toEqual([expect.stringMatching(/^slimproof-rebuild-/)]);
  expect(ended).toMatchObject({ code, stdout: "", left: [] });
  expect(ended.stderr).toContain("interrupted: removing what was started");
  expect(ended.stderr).not.toMatch(/unexpected|Error/);
});
