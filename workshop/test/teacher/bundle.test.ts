import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { layOut } from "../../src/teacher/bundle-contents.ts";
import { loadBundle, makeBundle } from "../../src/teacher/bundle.ts";
import { courseImages, offeredImages } from "../../src/teacher/course-images.ts";
import { fakeDocker, program, type FakeDocker, type Faked } from "./fake-docker.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const images = await courseImages();
const offered = await offeredImages();
let root: string;
let docker: FakeDocker | null;
let said: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bundle-"));
  docker = null;
  said = [];
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await docker?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

async function fake(faked: Faked): Promise<FakeDocker> {
  docker = await fakeDocker(join(root, "fake"), faked);
  for (const [name, value] of Object.entries(docker.env)) vi.stubEnv(name, value);
  await mkdir(join(root, "out"));
  return docker;
}

const options = () => ({
  call: "pnpm workshop",
  signal: new AbortController().signal,
  log: (line: string) => void said.push(line),
});

const out = (name: string): string => join(root, "out", name);

describe("a bundle", () => {
  test("holds the course, its runner and every image that is to be had", async () => {
    await fake({ images });
    const size = await makeBundle(out("course.tar"), options());
    expect(await readdir(join(root, "out"))).toEqual(["course.tar"]);
    expect((await stat(out("course.tar"))).size).toBe(size);
    await execa("tar", ["-xf", "course.tar"], { cwd: join(root, "out") });
    const folder = out("slimproof-workshop");
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(["start", "images.tar.gz", "node_modules", "workshop", "harness"]),
    );
    const programs = ["start", "workshop/src/cli/bin/slimproof", "workshop/src/cli/bin/workshop"];
    for (const it of programs) expect((await stat(join(folder, it))).mode & 0o111).not.toBe(0);
    expect(await readdir(join(folder, "workshop"))).not.toContain("node_modules");
    expect(gunzipSync(await readFile(join(folder, "images.tar.gz"))).toString()).toBe(
      `saved ${images.join(" ")}\n`,
    );
    for (const image of offered)
      expect(said).toContain(
        `${image} cannot be pulled: Error response from daemon: no such host; left out, as only a text offers it`,
      );
  });

  test("that lacks an image of the course is not made, and nothing is left", async () => {
    const [lacking = "", ...others] = images;
    await fake({ images: others });
    await expect(makeBundle(out("course.tar"), options())).rejects.toThrow(
      `${lacking} cannot be pulled: Error response from daemon: no such host; check the network, or \`docker login\``,
    );
    expect(await readdir(join(root, "out"))).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    [
      "saved",
      `case "$1" in save) echo 'no space left on device' >&2; exit 1;; esac`,
      /saved: no space left on device; `pnpm workshop doctor` tells which are missing$/,
    ],
    ["packed", "", /pnpm install failed: no such package$/],
  ])("that cannot be %s leaves the older one as it was", async (what, otherwise, why) => {
    await fake({ images, otherwise });
    if (what === "packed")
      await program(
        join(root, "fake", "bin", "pnpm"),
        "echo one; echo 'no such package' >&2; exit 1",
      );
    await writeFile(out("course.tar"), "older");
    await expect(makeBundle(out("course.tar"), options())).rejects.toThrow(why);
    expect(await readdir(join(root, "out"))).toEqual(["course.tar"]);
    expect(await readFile(out("course.tar"), "utf8")).toBe("older");
  });
});

/** A file as `makeBundle` writes it, with images that no pipe holds at once. */
async function written(): Promise<string> {
  await mkdir(out("slimproof-workshop"));
  await writeFile(out("slimproof-workshop/images.tar.gz"), Buffer.alloc(1_000_000, 7));
  await execa("tar", ["-cf", "course.tar", "slimproof-workshop"], { cwd: join(root, "out") });
  return out("course.tar");
}

describe("loading a bundle", () => {
  test("gives its images to the engine", async () => {
    const otherwise = `case "$1" in load) wc -c >> '${join(root, "loaded")}'; echo 'Loaded image: a:1'; exit;; esac`;
    await fake({ images: [], otherwise });
    await loadBundle(await written(), options());
    expect((await readFile(join(root, "loaded"), "utf8")).trim()).toBe("1000000");
    expect(said.at(-1)).toBe("Loaded image: a:1");
  });

  test("that the engine refuses says what the engine said", async () => {
    const otherwise = `case "$1" in load) echo 'no space left on device' >&2; exit 1;; esac`;
    await fake({ images: [], otherwise });
    const file = await written();
    await expect(loadBundle(file, options())).rejects.toThrow(
      `${file}: its images cannot be loaded: no space left on device`,
    );
  });

  test("of a file that is none, or is not there, asks the engine for nothing", async () => {
    const { calls } = await fake({ images: [] });
    await writeFile(out("text.tar"), "no archive");
    await expect(loadBundle(out("text.tar"), options())).rejects.toThrow(
      /text\.tar: no bundle of `pnpm workshop bundle`: .*(?:archive|format)/,
    );
    await execa("tar", ["-cf", "other.tar", "text.tar"], { cwd: join(root, "out") });
    await expect(loadBundle(out("other.tar"), options())).rejects.toThrow(/no bundle of/);
    await expect(loadBundle(out("gone.tar"), options())).rejects.toThrow(/there is no such file/);
    expect((await calls()).filter((it) => it.startsWith("load"))).toEqual([]);
  });
});

/** Node itself where it is asked for its version, and nothing else. */
const NODE = `[ "$1" = -e ] && exec '${process.execPath}' "$@"; echo "node $* as $WORKSHOP_CALL" >> "$LOG"`;

describe("the starter of a bundle", () => {
  let folder: string;
  let bin: string;
  const start = async (...args: readonly string[]) =>
    await execa("/bin/sh", [join(folder, "start"), ...args], {
      env: { PATH: bin, LOG: join(root, "log") },
      extendEnv: false,
      reject: false,
    });
  const log = async (): Promise<string> =>
    await readFile(join(root, "log"), "utf8").catch(() => "");

  beforeEach(async () => {
    folder = join(root, "course");
    bin = join(root, "bin");
    await mkdir(bin);
    for (const name of ["dirname", "cat"]) await symlink(`/usr/bin/${name}`, join(bin, name));
    await layOut(folder);
    await writeFile(join(folder, "images.tar.gz"), "images");
    await chmod(join(folder, "start"), 0o755);
  });

  test("says what is missing", async () => {
    expect(await start()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^Docker is needed/),
    });
    await program(join(bin, "docker"), 'echo "docker $*" >> "$LOG"');
    await program(join(bin, "node"), "exit 1");
    expect(await start()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^Node 24 is needed/),
    });
    expect(await log()).toBe("");
  });

  test("takes the images once, looks the machine over, and opens the course", async () => {
    await program(join(bin, "docker"), 'echo "docker $*" >> "$LOG"');
    await program(join(bin, "node"), NODE);
    await start();
    expect(await log()).toBe(
      [
        "docker load --quiet --input images.tar.gz",
        "node workshop/src/cli.js doctor as ./start",
        "node workshop/src/cli.js as ./start",
        "",
      ].join("\n"),
    );
    await start("list");
    expect((await log()).split("\n").slice(3)).toEqual([
      "node workshop/src/cli.js list as ./start",
      "",
    ]);
  });

  test("that could not take the images tries again the next time", async () => {
    await program(join(bin, "docker"), 'echo "docker $*" >> "$LOG"; exit 1');
    await program(join(bin, "node"), NODE);
    for (const _ of [1, 2]) expect((await start("list")).exitCode).toBe(1);
    expect(await log()).toBe("docker load --quiet --input images.tar.gz\n".repeat(2));
  });
});
