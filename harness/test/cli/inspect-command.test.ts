/** `inspect` and `diff` on archives and layouts, for which no engine is there. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { docker25, oci, podman } from "../measure/fixtures/images.ts";
import { entry, file, tar } from "../measure/fixtures/tar.ts";

const CLI = join(import.meta.dirname, "../../src/cli.js");

const status = (version: string): Buffer =>
  file(
    "var/lib/dpkg/status",
    `Package: libc6\nStatus: install ok installed\nVersion: ${version}\n`,
  );
const app = entry({ name: "app/app", mode: 0o755 }, "a program");

const single = {
  tag: "calc:single",
  layers: [
    tar(status("2.41-11"), entry({ name: "usr/bin/gcc", mode: 0o755 }, "x".repeat(5000))),
    tar(status("2.41-12"), file("app/main.go", "package main"), app),
  ],
};
const multi = { tag: "calc:multi", layers: [tar(app)] };
/** The same as `multi`, cut into layers in another way. */
const twice = { tag: "calc:twice", layers: [tar(file("app/app", "an older")), tar(app)] };

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slimproof-inspect-"));
  writeFileSync(join(folder, "single.tar"), docker25([single]));
  writeFileSync(join(folder, "multi.tar"), podman([multi]));
  writeFileSync(join(folder, "twice.tar"), oci([twice], "zstd"));
  writeFileSync(join(folder, "both.tar"), docker25([single, multi]));
  writeFileSync(join(folder, "broken.tar"), docker25([single]).subarray(0, 9000));
  writeFileSync(join(folder, "no-archive.tar"), "hello");
  mkdirSync(join(folder, "layout"));
  execFileSync("tar", ["-xf", "-", "-C", join(folder, "layout")], { input: oci([multi], "gzip") });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Refuses to load what speaks to an engine: a command that works all the same needs none, and starts fast. */
const WITHOUT_ENGINE = encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({ resolve(name, context, next) {
    if (/^(dockerode|testcontainers|node-pty)$/.test(name)) throw new Error("loads " + name);
    return next(name, context);
  } });`);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function slimproof(...args: readonly string[]): Promise<Ended> {
  return run(args, { NODE_OPTIONS: `--import=data:text/javascript,${WITHOUT_ENGINE}` });
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      DOCKER_HOST: "unix:///nowhere/docker.sock",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

const TIMEOUT = { timeout: 60_000 };

describe.concurrent("help", TIMEOUT, () => {
  test.each(["inspect", "diff", "cache"])(
    "of %s has examples and exit codes, in 80 columns",
    async (command) => {
      const { code, stdout } = await slimproof(command, "--help");
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples?:\n {2}slimproof .*Exit codes/s);
      expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    },
  );
});

describe.concurrent("inspect", TIMEOUT, () => {
  test("tells of an archive, without an engine or what would speak to one", async () => {
    const { code, stdout, stderr } = await slimproof("inspect", "single.tar");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^single\.tar\n {2}platform +linux\/amd64, no distribution\n/);
    expect(stdout).toMatch(/ {4}compiler, SDK, build tools +5\.00 kB/);
    expect(stdout).toMatch(/ {4}compilers +1 +5\.00 kB +\/usr\/bin\/gcc\n/);
    expect(stdout).toMatch(/ {2}wasted\n +\d+ B +\/var\/lib\/dpkg\/status\n/);
    expect(stdout).toMatch(/ {2}packages\n {4}deb 1\n/);
  });

  test("tells of several, in JSON, with the same figures from an archive and from a layout's folder", async () => {
    const { code, stdout } = await slimproof(
      "inspect",
      "multi.tar",
      "layout",
      "--json",
      "--transfer",
      "--files",
    );
    expect(code).toBe(0);
    const { schema, images } = JSON.parse(stdout);
    expect(schema).toBe(1);
    expect(images.map(({ name }: { name: string }) => name)).toEqual(["multi.tar", "layout"]);
    for (const key of ["anatomy", "files", "folders", "size", "wasted"])
      expect(images[1][key]).toEqual(images[0][key]);
    expect(images[0].files.map(({ path }: { path: string }) => path)).toEqual(["/app", "/app/app"]);
  });

  test("takes one of several images of an archive", async () => {
    const { code, stdout } = await slimproof("inspect", "both.tar#calc:multi", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).images[0].anatomy.files).toEqual({ count: 1, bytes: 9 });
  });

  test("needs an engine for a reference, and says so in a line", async () => {
    const { code, stdout, stderr } = await run(["inspect", "nowhere:1"], {});
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^slimproof: DOCKER_HOST=unix:\/\/\/nowhere\/docker\.sock does not answer.*\n$/,
    );
  });

  test.each([
    [["./nowhere.tar"], /nowhere\.tar/],
    [["broken.tar"], /broken\.tar/],
    [["no-archive.tar"], /no-archive\.tar/],
    [["both.tar"], /both\.tar.*calc/s],
    [["single.tar", "--files"], /--files lists what only --json has room for/],
    [["single.tar", "--depth", "-1"], /whole number from 0 to 50/],
    [["single.tar", "--top", "many"], /whole number from 1 to 1000/],
    [[], /missing required argument 'image'/],
  ])("%j is told in a line, with exit code 2", async (args, message) => {
    const { code, stdout, stderr } = await slimproof("inspect", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toMatch(/unexpected|\n {4}at /);
    expect(stderr).toMatch(message);
  });
});

describe.concurrent("diff", TIMEOUT, () => {
  test("tells what left, came and changed, and leaves with 1", async () => {
    const { code, stdout, stderr } = await slimproof("diff", "single.tar", "layout");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^single\.tar -> layout\n/);
    expect(stdout).toMatch(/ {4}compiler, SDK, build tools +5\.00 kB +0 B +-5\.00 kB\n/);
    expect(stdout).toMatch(/ {4}- {2}5\.00 kB {2}\/usr\/bin\/gcc\n/);
    expect(stdout).toMatch(/ {4}- deb 1: libc6 2\.41-12\n/);
    expect(stdout).toMatch(/\n✗ the images differ\n$/);
  });

  test("finds nothing between an image and itself in another form", async () => {
    const { code, stdout } = await slimproof("diff", "multi.tar", "both.tar#calc:multi", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      equal: true,
      sameLayers: true,
      files: { same: { files: 1, bytes: 9 } },
    });
  });

  test("says so when only the layers are others", async () => {
    const [a, b] = [
      { ...twice, tag: "same" },
      { ...multi, tag: "same" },
    ];
    writeFileSync(join(folder, "a.tar"), docker25([a]));
    writeFileSync(join(folder, "b.tar"), docker25([b]));
    const { code, stdout } = await slimproof("diff", "a.tar", "b.tar");
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ no difference: .*, in other layers \(2 against 1\)\n$/);
  });

  test("a config alone is a difference", async () => {
    const { code, stdout } = await slimproof("diff", "multi.tar", "twice.tar");
    expect(code).toBe(1);
    expect(stdout).toMatch(/ {2}config\n {4}~ label\.name: calc:multi -> calc:twice\n/);
  });

  test("what cannot be read leaves with 2, not with 1", async () => {
    const { code, stdout, stderr } = await slimproof("diff", "single.tar", "broken.tar");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^slimproof: broken\.tar/);
  });
});

describe("cache", TIMEOUT, () => {
  test("says how much is remembered, and forgets it", async () => {
    await slimproof("inspect", "single.tar");
    const place = join(folder, ".cache/slimproof/layers");
    const { code, stdout } = await slimproof("cache");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[1-9]\d* files, [\d.]+ k?B in \//);
    expect(stdout.endsWith(`${place}\n`)).toBe(true);
    expect(await slimproof("cache", "prune")).toEqual({
      code: 0,
      stdout: `removed ${stdout}`,
      stderr: "",
    });
    expect(await slimproof("cache")).toMatchObject({
      code: 0,
      stdout: `0 files, 0 B in ${place}\n`,
    });
    expect(await slimproof("cache", "prune")).toMatchObject({ code: 0 });
  });

  test("is the same as none for what is told", async () => {
    const first = await slimproof("inspect", "single.tar", "--no-cache");
    expect((await slimproof("cache")).stdout).toMatch(/^0 files/);
    expect(await slimproof("inspect", "single.tar")).toEqual(first);
    expect(await slimproof("inspect", "single.tar")).toEqual(first);
  });

  test("does not know other words", async () => {
    const { code, stderr } = await slimproof("cache", "prone");
    expect(code).toBe(2);
    expect(stderr).toMatch(/prone|too many arguments/);
  });
});
