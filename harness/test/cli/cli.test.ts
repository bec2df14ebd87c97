import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeEngine } from "./fake-engine.ts";

const CLI = join(import.meta.dirname, "../../src/cli.js");
const NOWHERE = "unix:///nowhere/docker.sock";

const FILES = {
  "parity.yaml":
    "version: 1\nbaseline: Dockerfile\ncandidates: { multi: Dockerfile }\nprobes: [{ name: stops, stop: {} }]\n",
  Dockerfile: "FROM scratch\nCOPY Dockerfile /\n",
};

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly host: string;
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The folder from which it is run as a script of a package.json in its own. */
  readonly script: string;
  /** Speaks to the process while it runs. */
  readonly during: (child: ReturnType<typeof spawn>) => void | Promise<void>;
}

/** Runs the command line in a folder of its own. */
async function slimproof(
  args: readonly string[],
  {
    host = NOWHERE,
    files = FILES,
    env = {},
    script,
    during = () => {},
  }: Partial<Surroundings> = {},
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "slimproof-cli-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const called = script && {
    INIT_CWD: script,
    npm_lifecycle_event: "slimproof",
    npm_package_json: join(folder, "package.json"),
  };
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, DOCKER_HOST: host, ...called, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = new Promise<number | null>((resolve) => child.on("close", resolve));
  await during(child);
  const ended = { code: await code, stdout, stderr };
  rmSync(folder, { recursive: true, force: true });
  return ended;
}

const TIMEOUT = 60_000;

describe.concurrent("help", { timeout: TIMEOUT }, () => {
  test("lists the commands", async () => {
    const { code, stdout, stderr } = await slimproof(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/Usage: slimproof .*check .*compare /s);
  });

  test("of a command has examples and the exit codes, in 80 columns", async () => {
    for (const command of ["check", "compare"]) {
      const { code, stdout } = await slimproof([command, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples?:\n {2}slimproof .*Exit codes: 0 same, 1 differs.*130/s);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test("the version is one line", async () => {
    expect(await slimproof(["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n" });
  });
});

describe.concurrent(
  "what cannot be used is told in a line, with exit code 2 and nothing on standard output",
  { timeout: TIMEOUT },
  () => {
    test.each([
      ["no command at all", [], /Usage: slimproof/],
      ["an unknown command", ["chek"], /unknown command 'chek'.*check/s],
      ["an unknown option", ["check", "--jsno"], /unknown option '--jsno'.*--json/s],
      ["jobs that are no number", ["check", "--jobs", "many"], /whole number from 1 to 64/],
      ["no jobs", ["check", "--jobs", "0"], /whole number from 1 to 64/],
      ["runs that are no number", ["check", "--runs", "1.5"], /whole number from 1 to 1000/],
      ["no runs", ["compare", "a", "b", "--runs", "0"], /whole number from 1 to 1000/],
      ["too many runs", ["check", "--runs", "1001"], /whole number from 1 to 1000/],
      ["an unknown reporter", ["check", "--reporter", "xml"], /Allowed choices are terminal, json/],
      [
        "one image to compare",
        ["compare", "a", "--contract", "."],
        /missing required argument 'candidate'/,
      ],
      ["a contract that is not there", ["compare", "a", "b", "--contract", "x.yaml"], /x\.yaml/],
      ["a contract to write where there is one", ["init"], /no Dockerfile\.single/],
      ["a folder that is not there", ["check", "nowhere"], /^slimproof: .*nowhere/],
      [
        "an unknown probe",
        ["check", "--only", "starts"],
        /parity\.yaml: no probe "starts"; there are: stops/,
      ],
      [
        "an unknown candidate",
        ["check", "--candidate", "min"],
        /no candidate "min"; there are: multi/,
      ],
      [
        "an engine that does not answer",
        ["check"],
        /DOCKER_HOST=unix:\/\/\/nowhere\/docker\.sock does not answer/,
      ],
    ])("%s", async (_, args, message) => {
      const { code, stdout, stderr } = await slimproof(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/unexpected|\n {4}at /);
    });

    test("a mistake in a contract, at its place", async () => {
      const files = { "parity.yaml": "version: 1\nbaselin: x\n" };
      const { code, stdout, stderr } = await slimproof(["check", "--json"], { files });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/parity\.yaml:2:1: unknown key "baselin"; did you mean "baseline"\?/);
    });

    test("paths of a script of package.json are meant from where it was called", async () => {
      const called = mkdtempSync(join(tmpdir(), "slimproof-called-"));
      writeFileSync(join(called, "parity.yaml"), "version: 1\nbaselin: x\n");
      const { stderr } = await slimproof(["check", "."], { script: called });
      rmSync(called, { recursive: true });
      expect(stderr).toMatch(/^parity\.yaml:2:1: unknown key "baselin"/m);
      const gone = await slimproof(["check", "."], { script: called });
      expect(gone.stderr).toMatch(/nowhere\/docker\.sock does not answer/);
    });
  },
);

describe.concurrent("an interrupted check", { timeout: TIMEOUT }, () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("by %s leaves with %d", async (signal, code) => {
    await using engine = await fakeEngine("hang");
    const ended = await slimproof(["check", "--json"], {
      host: engine.host,
      async during(child) {
        await engine.building;
        child.kill(signal);
      },
    });
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain("interrupted: removing what was started");
    expect(ended.stderr).not.toMatch(/unexpected|Error/);
  });
});

describe.concurrent("an engine that goes away", { timeout: TIMEOUT }, () => {
  test("is told in a line, though nothing can be tidied up any more", async () => {
    await using engine = await fakeEngine("die");
    const { code, stdout, stderr } = await slimproof(["check", "--quiet"], { host: engine.host });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^slimproof: the engine is gone: .*is it still running\?\n$/);
  });
});

test.concurrent("a crash never looks like a difference", { timeout: TIMEOUT }, async () => {
  await using engine = await fakeEngine("hang");
  const crash = encodeURIComponent('process.on("SIGUSR2", () => { throw new Error("boom") })');
  const { code, stderr } = await slimproof(["check"], {
    host: engine.host,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${crash}` },
    async during(child) {
      await engine.building;
      child.kill("SIGUSR2");
    },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/slimproof: unexpected: Error: boom/);
});

test.concurrent("a reader that has gone away is no crash", { timeout: TIMEOUT }, async () => {
  const { code, stderr } = await slimproof(["check", "--help"], {
    during: (child) => void child.stdout?.destroy(),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
